import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { ByteReader, BytesError } from '../../lib/bytes.ts'
import { randomNonce } from '../../lib/random.ts'
import { ValueJsonError } from '../../record/json-fields.ts'
import {
  decodeKeyFile,
  encodeKeyFile,
  type KeyFile,
  openKeyFile,
  sealKey,
} from '../../record/key-file.ts'
import { formatKey, parseKey } from '../../record/key-json.ts'
import { createSigningKey, parsePrivateKeyDer } from '../../record/private-key-der.ts'
import { formatPrivateKey, parsePrivateKey } from '../../record/private-key-json.ts'
import { decodePrivateKey, encodePrivateKey, type PrivateKey } from '../../record/private-key.ts'
import { createKeyObject, parsePublicKeyDer } from '../../record/public-key-der.ts'
import { decodePublicKey, encodePublicKey, type PublicKey } from '../../record/public-key.ts'

export type KeyFormat = 'handle' | 'pem' | 'jwk'

/** A key as a file holds it. */
export type AnyKey =
  | { readonly half: 'private'; readonly key: PrivateKey }
  | { readonly half: 'public'; readonly key: PublicKey }

/** What was found in a file, and how it lay there. */
export type ReadKey = AnyKey & {
  readonly format: KeyFormat
  /** `none`, or how the private key is protected. */
  readonly encryption: KeyFile['encryption'] | 'pem'
}

/** The highest number that names an encryption; what is above is the length of a name. */
const encryptionCodeMax = 9

/**
 * Reads a key in any of the three formats.
 * @param askPassphrase called when the key is encrypted
 * @throws BytesError, ValueJsonError when the bytes are no key, or the passphrase is wrong
 */
export async function parseKeyBytes(
  bytes: Buffer,
  askPassphrase: () => Promise<Buffer>,
): Promise<ReadKey> {
  const start = bytes.subarray(0, 64).toString('latin1').trimStart()
  if (start.startsWith('-----BEGIN ')) return parsePem(bytes, askPassphrase)
  if (start.startsWith('{')) return { ...parseJwk(bytes), format: 'jwk', encryption: 'none' }
  const code = new ByteReader(bytes).uint32()
  if (code > encryptionCodeMax) {
    return { half: 'public', key: decodePublicKey(bytes), format: 'handle', encryption: 'none' }
  }
  const file = decodeKeyFile(bytes)
  const { encryption } = file
  const passphrase = encryption === 'none' ? Buffer.alloc(0) : await askPassphrase()
  const key = decodePrivateKey(openKeyFile(file, passphrase))
  return { half: 'private', key, format: 'handle', encryption }
}

/**
 * Writes a key.
 * @param passphrase for a private key; null leaves it in the open
 * @throws ValueJsonError for a JSON Web Key with a passphrase, which that form has no place for
 */
export function formatKeyBytes(
  any: AnyKey,
  format: KeyFormat,
  passphrase: Buffer | null,
): Buffer {
  switch (format) {
    case 'handle':
      return any.half === 'public' ? encodePublicKey(any.key) : sealed(any.key, passphrase)
    case 'pem':
      return Buffer.from(formatPem(any, passphrase))
    case 'jwk': {
      if (passphrase !== null) throw new ValueJsonError('a JSON Web Key has no passphrase')
      const json = any.half === 'public' ? formatKey(any.key) : formatPrivateKey(any.key)
      return Buffer.from(`${JSON.stringify(json, null, 2)}\n`)
    }
  }
}

function sealed(key: PrivateKey, passphrase: Buffer | null): Buffer {
  const content = encodePrivateKey(key)
  return encodeKeyFile(passphrase === null
    ? { encryption: 'none', content }
    : sealKey(content, passphrase, randomNonce(16), randomNonce(16)))
}

function formatPem(any: AnyKey, passphrase: Buffer | null): string {
  if (any.half === 'private') {
    const key = createSigningKey(any.key)
    const form = { format: 'pem', type: 'pkcs8' } as const
    return passphrase === null
      ? key.export(form)
      : key.export({ ...form, cipher: 'aes-256-cbc', passphrase })
  }
  const key = createKeyObject(any.key)
  if (key === undefined) throw new BytesError('its numbers make no key')
  return key.export({ format: 'pem', type: 'spki' })
}

async function parsePem(bytes: Buffer, askPassphrase: () => Promise<Buffer>): Promise<ReadKey> {
  const text = bytes.toString('latin1')
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    const der = asKeyObject(() => createPublicKey(bytes)).export({ format: 'der', type: 'spki' })
    return { half: 'public', key: parsePublicKeyDer(der), format: 'pem', encryption: 'none' }
  }
  const encrypted = /-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text)
  const passphrase = encrypted ? await askPassphrase() : undefined
  const object = asKeyObject(() =>
    createPrivateKey(passphrase === undefined ? bytes : { key: bytes, passphrase }))
  const key = parsePrivateKeyDer(object.export({ format: 'der', type: 'pkcs8' }))
  return { half: 'private', key, format: 'pem', encryption: encrypted ? 'pem' : 'none' }
}

function asKeyObject(create: () => KeyObject): KeyObject {
  try {
    return create()
  } catch {
    throw new BytesError('no key that can be read, or not with this passphrase')
  }
}

function parseJwk(bytes: Buffer): AnyKey {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new ValueJsonError('no JSON')
  }
  const isPrivate = typeof json === 'object' && json !== null && ('d' in json || 'x' in json)
  return isPrivate
    ? { half: 'private', key: parsePrivateKey(json, 'key') }
    : { half: 'public', key: parseKey(json, 'key') }
}
