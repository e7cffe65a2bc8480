import { createCipheriv, createDecipheriv, hash, pbkdf2Sync } from 'node:crypto'
import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX, KEY_FILE_ROUNDS_MAX } from './limits.ts'

/** A file that holds an encoded private key, in the open or under a passphrase. */
export type KeyFile =
  | { readonly encryption: 'none'; readonly content: Buffer }
  /** As version 6 and 7 wrote it: a key of one MD5, with or without an IV. Weak. */
  | { readonly encryption: 'des-ecb'; readonly content: Buffer }
  | { readonly encryption: 'des-cbc'; readonly iv: Buffer; readonly content: Buffer }
  | StretchedKeyFile

export interface StretchedKeyFile {
  readonly encryption: 'pbkdf2-3des' | 'pbkdf2-aes'
  readonly salt: Buffer
  readonly rounds: number
  readonly keyBits: number
  readonly iv: Buffer
  readonly content: Buffer
}

/*
 *   int4: 0 DES-ECB · 1 in the open · 2 DES-CBC, IV (8) · the rest is the content
 *   int4: 3 triple DES · 4 AES-128 · bytes salt · int4 rounds · int4 key bits · bytes IV, content
 */
const codes = { 'des-ecb': 0, none: 1, 'des-cbc': 2, 'pbkdf2-3des': 3, 'pbkdf2-aes': 4 } as const
const desIvBytes = 8
const roundsDefault = 10_000
const keyBitsOf = { 'pbkdf2-3des': 192, 'pbkdf2-aes': 128 } as const

/** Encodes the file (§8.4 Keys). */
export function encodeKeyFile(file: KeyFile): Buffer {
  const writer = new ByteWriter(2048).int32(codes[file.encryption])
  switch (file.encryption) {
    case 'none':
    case 'des-ecb':
      return writer.raw(file.content).finish()
    case 'des-cbc':
      return writer.raw(file.iv).raw(file.content).finish()
    default:
      return writer.block(file.salt).int32(file.rounds).int32(file.keyBits)
        .block(file.iv).block(file.content).finish()
  }
}

/** Decodes the file; its content stays as it is (§8.4 Keys). @throws BytesError */
export function decodeKeyFile(bytes: Buffer): KeyFile {
  const reader = new ByteReader(bytes)
  switch (reader.int32()) {
    case codes['des-ecb']:
      return { encryption: 'des-ecb', content: reader.raw(reader.remaining) }
    case codes.none:
      return { encryption: 'none', content: reader.raw(reader.remaining) }
    case codes['des-cbc']: {
      const iv = reader.raw(desIvBytes)
      return { encryption: 'des-cbc', iv, content: reader.raw(reader.remaining) }
    }
    case codes['pbkdf2-3des']:
      return decodeStretched(reader, 'pbkdf2-3des')
    case codes['pbkdf2-aes']:
      return decodeStretched(reader, 'pbkdf2-aes')
    default:
      throw new BytesError('unknown encryption of a key file')
  }
}

function decodeStretched(
  reader: ByteReader,
  encryption: StretchedKeyFile['encryption'],
): StretchedKeyFile {
  const salt = reader.block(BLOCK_BYTES_MAX)
  const rounds = reader.int32()
  const keyBits = reader.int32()
  const iv = reader.block(BLOCK_BYTES_MAX)
  const content = reader.block(BLOCK_BYTES_MAX)
  reader.assertEnd()
  if (rounds < 1 || rounds > KEY_FILE_ROUNDS_MAX) throw new BytesError('rounds out of range')
  if (keyBits !== keyBitsOf[encryption]) throw new BytesError('wrong number of key bits')
  return { encryption, salt, rounds, keyBits, iv, content }
}

/** The file with a private key under a passphrase, as the peers' tools write it today. */
export function sealKey(key: Buffer, passphrase: Buffer, salt: Buffer, iv: Buffer): KeyFile {
  const file: StretchedKeyFile = {
    encryption: 'pbkdf2-aes',
    salt,
    rounds: roundsDefault,
    keyBits: keyBitsOf['pbkdf2-aes'],
    iv,
    content: key,
  }
  const [cipher, secret] = cipherOf(file, passphrase)
  const encrypting = createCipheriv(cipher, secret, iv)
  return { ...file, content: Buffer.concat([encrypting.update(key), encrypting.final()]) }
}

/**
 * The private key in a file (§8.4 Keys). A file in the open needs no passphrase.
 * @throws BytesError when the passphrase is not the right one
 */
export function openKeyFile(file: KeyFile, passphrase: Buffer): Buffer {
  if (file.encryption === 'none') return file.content
  const [cipher, secret] = cipherOf(file, passphrase)
  try {
    const iv = file.encryption === 'des-ecb' ? null : file.iv
    const decrypting = createDecipheriv(cipher, secret, iv)
    return Buffer.concat([decrypting.update(file.content), decrypting.final()])
  } catch {
    throw new BytesError('not encrypted with this passphrase')
  }
}

/**
 * Cipher and key. Single DES is triple DES with one key three times; crypto libraries of today
 * keep only the latter.
 */
function cipherOf(
  file: Exclude<KeyFile, { encryption: 'none' }>,
  passphrase: Buffer,
): readonly [string, Buffer] {
  switch (file.encryption) {
    case 'des-ecb':
    case 'des-cbc': {
      const key = hash('md5', passphrase, 'buffer').subarray(0, 8)
      const cipher = file.encryption === 'des-ecb' ? 'des-ede3-ecb' : 'des-ede3-cbc'
      return [cipher, Buffer.concat([key, key, key])]
    }
    default: {
      const { salt, rounds, keyBits } = file
      const cipher = file.encryption === 'pbkdf2-3des' ? 'des-ede3-cbc' : 'aes-128-cbc'
      // Peers take each byte of the passphrase for one character, and those in UTF-8.
      const characters = Buffer.from(passphrase.toString('latin1'), 'utf8')
      return [cipher, pbkdf2Sync(characters, salt, rounds, keyBits / 8, 'sha1')]
    }
  }
}
