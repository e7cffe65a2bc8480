import { generateKeyPair, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '../lib/clock.ts'
import { randomNonce } from '../lib/random.ts'
import {
  CERTIFICATE_KEY_BITS, CERTIFICATE_RENEWAL_DAYS, CERTIFICATE_SERIAL_BYTES,
  CERTIFICATE_VALIDITY_DAYS,
} from './limits.ts'
import { replaceFile, writePrivateFile } from './private-file.ts'
import type { TlsFiles } from './tls-files.ts'

const DAY_MS = 86_400_000
/** Kinds of alternative names (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2
const IP_ADDRESS = 7
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Where a node keeps the certificate that it made for itself. */
export function ownTlsFiles(dataDir: string): TlsFiles {
  return { certificate: join(dataDir, 'tls-cert.pem'), key: join(dataDir, 'tls-key.pem') }
}

/**
 * Makes the node's own certificate, unless there is one that will serve for a while yet and
 * names the address that HTTPS listens on.
 * @param host the address or name that HTTPS listens on
 * @returns whether a certificate was made
 */
export async function renewOwnCertificate(
  files: TlsFiles, host: string, clock: Clock,
): Promise<boolean> {
  if (isStillGood(files, host, clock)) return false
  const { certificate, key } = await createCertificate(host, clock)
  writePrivateFile(files.key, key)
  replaceFile(files.certificate, certificate, 0o644)
  return true
}

function isStillGood(files: TlsFiles, host: string, clock: Clock): boolean {
  if (!existsSync(files.certificate) || !existsSync(files.key)) return false
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(readFileSync(files.certificate))
  } catch {
    return false
  }
  const fromMs = certificate.validFromDate.getTime()
  const renewAtMs = certificate.validToDate.getTime() - CERTIFICATE_RENEWAL_DAYS * DAY_MS
  if (clock.nowMs() < fromMs || clock.nowMs() >= renewAtMs) return false
  return namesFor(host).every((name) => isIP(name) === 0
    ? certificate.checkHost(name) !== undefined
    : certificate.checkIP(name) !== undefined)
}

/** The names under which programs on this machine and others reach the listener. */
function namesFor(host: string): string[] {
  const own = ANY_ADDRESS.has(host) ? [] : [host]
  return [...new Set(['localhost', '127.0.0.1', '::1', ...own])]
}

async function createCertificate(
  host: string, clock: Clock,
): Promise<{ certificate: string; key: string }> {
  // Only a node that makes a certificate pays for loading the library.
  const { default: forge } = await import('node-forge')
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: CERTIFICATE_KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey)
  // A first byte above zero and below 128: the number is positive and has no leading zeros.
  certificate.serialNumber = `01${randomNonce(CERTIFICATE_SERIAL_BYTES).toString('hex')}`
  // A day back, for clients whose clock is behind.
  certificate.validity.notBefore = new Date(clock.nowMs() - DAY_MS)
  certificate.validity.notAfter = new Date(clock.nowMs() + CERTIFICATE_VALIDITY_DAYS * DAY_MS)
  const name = [{ name: 'commonName', value: 'Suibiao node' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    // A client that is told to trust it trusts it for this node and for nothing that it signs.
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: namesFor(host).map((one) =>
        isIP(one) === 0 ? { type: DNS_NAME, value: one } : { type: IP_ADDRESS, ip: one }),
    },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), key: pair.privateKey }
}
