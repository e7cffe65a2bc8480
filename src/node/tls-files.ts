import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'

/** Where a certificate and its private key are kept, in PEM form. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
}

/** A certificate (with those that stand above it) and its private key, in PEM form. */
export interface TlsPair {
  readonly cert: string
  readonly key: string
}

/** The files hold no certificate and key that HTTPS can use; the message is one line. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/**
 * Reads a certificate and its key, and checks that they belong together.
 * @throws CertificateError
 */
export function loadTlsPair(files: TlsFiles): TlsPair {
  const cert = readPem(files.certificate, (pem) => new X509Certificate(pem))
  const key = readPem(files.key, (pem) => createPrivateKey(pem))
  try {
    createSecureContext({ cert, key })
  } catch {
    throw new CertificateError(
      `${files.certificate} and ${files.key} don't belong together; `
        + 'name the key that the certificate was made for',
    )
  }
  return { cert, key }
}

/**
 * Looks again and again whether the files have changed, so that a certificate that someone
 * renews is taken up without a restart.
 * @param onChange told the new pair; while the files don't fit together it is told nothing
 * @returns what ends the watch
 */
export function watchTlsPair(
  files: TlsFiles, intervalMs: number, onChange: (pair: TlsPair) => void,
): () => void {
  const look = (): void => {
    let pair: TlsPair
    try {
      pair = loadTlsPair(files)
    } catch {
      // Half of a change: the other file's turn comes, and until then the old pair serves.
      return
    }
    onChange(pair)
  }
  const options = { persistent: false, interval: intervalMs }
  watchFile(files.certificate, options, look)
  watchFile(files.key, options, look)
  return () => {
    unwatchFile(files.certificate, look)
    unwatchFile(files.key, look)
  }
}

function readPem(path: string, parse: (pem: string) => unknown): string {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new CertificateError(`${path} can't be read (${code}); name an existing PEM file`)
  }
  try {
    parse(pem)
  } catch {
    throw new CertificateError(`${path} can't be used; it takes a PEM file without a passphrase`)
  }
  return pem
}
