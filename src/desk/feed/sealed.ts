import { verify } from 'node:crypto'
import { BytesError } from '../../lib/bytes.ts'
import { parseJson } from '../../lib/json.ts'
import { decodePublicKey } from '../../record/public-key.ts'
import { createKeyObject } from '../../record/public-key-der.ts'
import type { Report } from './report.ts'

/*
 * A report travels as a JSON Web Signature in compact form (RFC 7515 §7.1), which is exactly the
 * bytes that were signed: base64url of the header, "." base64url of the report, "." base64url of
 * the signature (RS256). The header is always the same, so that nobody can choose an algorithm.
 */
const HEADER = Buffer.from('{"alg":"RS256","typ":"suibiao-report"}').toString('base64url')
const BASE64URL = /^[A-Za-z0-9_-]+$/

/** A report as it came, before its signature was looked at. */
export interface Sealed {
  /** The JSON of the report, or undefined where it is none. */
  readonly json: unknown
  readonly signed: Buffer
  readonly signature: Buffer
}

/** Signs a report. @param sign RSA with SHA-256, PKCS #1 v1.5 */
export async function sealReport(
  report: Report, sign: (bytes: Buffer) => Promise<Buffer>,
): Promise<string> {
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(report)).toString('base64url')}`
  return `${signed}.${(await sign(Buffer.from(signed))).toString('base64url')}`
}

/** Takes a sealed report apart. @returns undefined when it is none */
export function openSealed(text: string): Sealed | undefined {
  const [header, payload = '', signature = '', ...rest] = text.split('.', 4)
  if (header !== HEADER || rest.length > 0) return undefined
  if (!BASE64URL.test(payload) || !BASE64URL.test(signature)) return undefined
  return {
    json: parseJson(Buffer.from(payload, 'base64url').toString('utf8')),
    signed: Buffer.from(`${header}.${payload}`),
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** Whether a report was signed with a key. @param keyData the data of an HS_PUBKEY value */
export function isSignedWith(keyData: Buffer, { signed, signature }: Sealed): boolean {
  try {
    const key = decodePublicKey(keyData)
    const object = key.algorithm === 'rsa' ? createKeyObject(key) : undefined
    return object !== undefined && verify('sha256', signed, object, signature)
  } catch (error) {
    if (error instanceof BytesError) return false
    throw error
  }
}
