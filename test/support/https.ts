import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'
import type { Logger } from 'pino'
import type { Test } from 'tap'
import { Agent, request } from 'undici'
import type { Config } from '../../src/node/config.ts'
import { encodeAdminRecord } from '../../src/record/admin.ts'
import { encodePublicKey } from '../../src/record/public-key.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import { type Answer, type AskOptions, type HttpSetting, startHttp } from './http.ts'
import { putOf } from './store.ts'

const RESTRICTED = { permissions: 0x0c }
const EVERY_RIGHT = 0x0fff

/** The administrator of everything, who is known by a key and by a secret. */
export const ADMIN = {
  handle: '0.NA/88', secretId: '301:0.NA/88', keyId: '300:0.NA/88', secret: 'a secret: für 88',
} as const
export const adminKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Someone whom the node knows and who has no rights. */
export const STRANGER = { secretId: '301:88.118.8/STRANGER', secret: 'of no use' } as const

export interface SecureOptions extends AskOptions {
  /** Whose password goes with it, as `user:password`; null: nobody's. */
  readonly as?: string | null
  /** The loopback address that it comes from. */
  readonly from?: string
  /** A client's certificate and key, PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string }
}

export interface SecureSetting extends HttpSetting {
  readonly ca: string
  readonly dataDir: string
  /** Asks over HTTPS, as the administrator unless told otherwise. */
  secure(path: string, options?: SecureOptions): Promise<Answer>
  /** PUTs JSON over HTTPS. */
  putJson(path: string, body: unknown, options?: SecureOptions): Promise<Answer>
}

/** `user:password` as clients write it, the user percent-encoded. */
export const userOf = ({ secretId, secret }: { secretId: string; secret: string }): string =>
  `${encodeURIComponent(secretId)}:${secret}`

export const basic = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`

/** A whole node with HTTPS that homes 88.118.8 and knows an administrator and a stranger. */
export async function startHttps(
  t: Test, rest: Partial<Config> = {}, logger?: Logger,
): Promise<SecureSetting> {
  const dataDir = rest.dataDir ?? t.testdir()
  const https = { host: '127.0.0.1', port: 0 }
  const setting = await startHttp(t, { https, ...rest, dataDir }, logger)
  setting.node.registry.execute([
    { operation: 'home', prefix: '0.NA' },
    { operation: 'home', prefix: '88' },
    putOf(ADMIN.handle, [
      adminValue(ADMIN.handle, 301),
      createValue(300, 'HS_PUBKEY', publicKeyBytes(adminKeys.publicKey)),
      createValue(301, 'HS_SECKEY', ADMIN.secret, RESTRICTED),
    ]),
    putOf('88.118.8/STRANGER', [createValue(301, 'HS_SECKEY', STRANGER.secret, RESTRICTED)]),
  ], 'test')
  const ca = readFileSync(join(dataDir, 'tls-cert.pem'), 'utf8')
  const origin = `https://127.0.0.1:${setting.node.httpsAddress?.port ?? 0}`
  const agents = new Map<string, Agent>()
  t.teardown(() => Promise.all([...agents.values()].map((agent) => agent.destroy())))
  const agentFor = (from: string, certificate: SecureOptions['certificate']): Agent => {
    const name = `${from} ${certificate?.cert ?? ''}`
    const agent = agents.get(name)
      ?? new Agent({ localAddress: from, connect: { ca, ...certificate } })
    agents.set(name, agent)
    return agent
  }
  const secure = async (path: string, options: SecureOptions = {}): Promise<Answer> => {
    const { method = 'GET', body, as = userOf(ADMIN), from = '127.0.0.1' } = options
    const answer = await request(`${origin}${path}`, {
      method,
      headers: { ...(as === null ? {} : { authorization: basic(as) }), ...options.headers },
      body: body ?? null,
      dispatcher: agentFor(from, options.certificate),
    })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    return {
      status: answer.statusCode, headers: answer.headers, text: bytes.toString('utf8'), bytes,
    }
  }
  const putJson = (path: string, body: unknown, options: SecureOptions = {}): Promise<Answer> =>
    secure(path, {
      method: 'PUT', ...options, body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...options.headers },
    })
  return { ...setting, ca, dataDir, secure, putJson }
}

/** An HS_ADMIN value that gives every right. */
export function adminValue(handle: string, index: number, at = 100): HandleValue {
  return createValue(at, 'HS_ADMIN', encodeAdminRecord({
    handle, index, permissions: EVERY_RIGHT, legacyByteLength: false,
  }))
}

/** An RSA key as HS_PUBKEY holds it. */
export function publicKeyBytes(key: KeyObject): Buffer {
  const { n = '', e = '' } = key.export({ format: 'jwk' })
  return encodePublicKey({
    algorithm: 'rsa', modulus: Buffer.from(n, 'base64url'), exponent: Buffer.from(e, 'base64url'),
  })
}

/** A client's certificate, signed by itself. @param subject such as `{ CN: '300:0.NA/88' }` */
export function createClientCertificate(
  subject: Readonly<Record<string, string>>,
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject } = adminKeys,
  days: { from: number; to: number } = { from: -1, to: 1 },
): { cert: string; key: string } {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const certificate = forge.pki.createCertificate()
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' })
  certificate.publicKey = forge.pki.publicKeyFromPem(publicPem)
  certificate.serialNumber = '01'
  const dayMs = 86_400_000
  certificate.validity.notBefore = new Date(Date.now() + days.from * dayMs)
  certificate.validity.notAfter = new Date(Date.now() + days.to * dayMs)
  const types: Readonly<Record<string, string>> = {
    CN: '2.5.4.3', UID: '0.9.2342.19200300.100.1.1',
  }
  const name = Object.entries(subject).map(([short, value]) => ({
    type: types[short] ?? short, value,
  }))
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key }
}
