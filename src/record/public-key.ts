import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX, KEY_NUMBER_BYTES_MAX } from './limits.ts'

/**
 * A public key as HS_PUBKEY values, sites and sessions carry it. Numbers are big-endian without
 * leading zeros; the wire form adds a zero byte in front where the top bit is set.
 */
export type PublicKey = RsaPublicKey | DsaPublicKey | DhPublicKey

export interface RsaPublicKey {
  readonly algorithm: 'rsa'
  readonly exponent: Buffer
  readonly modulus: Buffer
}
export interface DsaPublicKey {
  readonly algorithm: 'dsa'
  readonly q: Buffer
  readonly p: Buffer
  readonly g: Buffer
  readonly y: Buffer
}
export interface DhPublicKey {
  readonly algorithm: 'dh'
  readonly y: Buffer
  readonly p: Buffer
  readonly g: Buffer
}

const rsaName = 'RSA_PUB_KEY'
const dsaName = 'DSA_PUB_KEY'
const dhName = 'DH_PUB_KEY'

/*
 * string name · int2 flags (0) · then byte strings:
 *   RSA_PUB_KEY  exponent, modulus, and an empty one that peers always write
 *   DSA_PUB_KEY  q, p, g, y
 *   DH_PUB_KEY   y, p, g
 */

/** Encodes a public key (§8.4 Keys). */
export function encodePublicKey(key: PublicKey): Buffer {
  const writer = new ByteWriter()
  if (key.algorithm === 'rsa') {
    writer.text(rsaName).uint16(0)
    writeNumbers(writer, [key.exponent, key.modulus])
    // Peers compare whole keys byte by byte, so the empty field belongs to the key.
    writer.int32(0)
  } else if (key.algorithm === 'dsa') {
    writer.text(dsaName).uint16(0)
    writeNumbers(writer, [key.q, key.p, key.g, key.y])
  } else {
    writer.text(dhName).uint16(0)
    writeNumbers(writer, [key.y, key.p, key.g])
  }
  return writer.finish()
}

/** Decodes a public key (§8.4 Keys). @throws BytesError */
export function decodePublicKey(bytes: Buffer): PublicKey {
  const reader = new ByteReader(bytes)
  const key = readPublicKey(reader)
  reader.assertEnd()
  return key
}

/** Reads a public key that other fields may follow. @throws BytesError */
export function readPublicKey(reader: ByteReader): PublicKey {
  const name = reader.text(BLOCK_BYTES_MAX)
  if (reader.uint16() !== 0) throw new BytesError('unknown key flags')
  switch (name) {
    case rsaName: {
      const exponent = readNumber(reader)
      const modulus = readNumber(reader)
      // Software of others leaves the empty field out.
      if (reader.remaining > 0 && reader.int32() !== 0) {
        throw new BytesError('the last field of an RSA key is not empty')
      }
      return { algorithm: 'rsa', exponent, modulus }
    }
    case dsaName: {
      const [q, p] = [readNumber(reader), readNumber(reader)]
      const [g, y] = [readNumber(reader), readNumber(reader)]
      return { algorithm: 'dsa', q, p, g, y }
    }
    case dhName: {
      const y = readNumber(reader)
      const p = readNumber(reader)
      return { algorithm: 'dh', y, p, g: readNumber(reader) }
    }
    default:
      throw new BytesError('unknown kind of key')
  }
}

/** Writes numbers in two's complement: zero is one zero byte. */
export function writeNumbers(writer: ByteWriter, numbers: readonly Buffer[]): void {
  for (const number of numbers) {
    const first = number[0] ?? 0x80
    if (first < 0x80) writer.block(number)
    else writer.int32(number.length + 1).uint8(0).raw(number)
  }
}

/**
 * Reads one number of a key, without its sign byte. @throws BytesError when it is negative or
 * longer than it needs to be, since then it would not be written back as it came
 */
export function readNumber(reader: ByteReader): Buffer {
  const bytes = reader.block(KEY_NUMBER_BYTES_MAX)
  const first = bytes[0]
  if (first === undefined || first >= 0x80) throw new BytesError('a key holds a negative number')
  if (first !== 0) return bytes
  const number = bytes.subarray(1)
  if (number.length > 0 && (number[0] ?? 0) < 0x80) throw new BytesError('a number is padded')
  return number
}
