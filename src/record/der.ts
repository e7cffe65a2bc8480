import { type ByteReader, BytesError } from '../lib/bytes.ts'

/*
 * DER (X.690): each element is a tag, a length, and that many bytes. Lengths below 128 take one
 * byte; longer ones 0x80 + n and n bytes. Keys need five kinds of elements and no more.
 */
export const DER_TAG = {
  integer: 0x02, bitString: 0x03, octetString: 0x04, object: 0x06, sequence: 0x30,
} as const

/** Object identifiers of the two kinds of keys, as whole elements. */
export const DER_RSA = Buffer.from('06092a864886f70d010101', 'hex')
export const DER_DSA = Buffer.from('06072a8648ce380401', 'hex')
export const DER_NULL = Buffer.from('0500', 'hex')

const lengthBytesMax = 3

/** One element. */
export function formatElement(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff)
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content])
}

/** Elements one behind the other, as one. */
export function formatSequence(...parts: readonly Buffer[]): Buffer {
  return formatElement(DER_TAG.sequence, Buffer.concat(parts))
}

/** A number of a key: without leading zeros, and not negative. */
export function formatInteger(number: Buffer): Buffer {
  const first = number[0] ?? 0x80
  const zero = Buffer.from([0])
  return formatElement(DER_TAG.integer, first < 0x80 ? number : Buffer.concat([zero, number]))
}

/** The content of the next element. @throws BytesError when it has another tag */
export function parseElement(reader: ByteReader, tag: number): Buffer {
  if (reader.uint8() !== tag) throw new BytesError('a key has other parts than it should')
  const first = reader.uint8()
  if (first < 0x80) return reader.raw(first)
  const count = first & 0x7f
  if (count === 0 || count > lengthBytesMax) throw new BytesError('a key is too long')
  let length = 0
  for (let i = 0; i < count; i++) length = (length << 8) | reader.uint8()
  return reader.raw(length)
}

/** The next element, which is a number that is not negative; without leading zeros. */
export function parseInteger(reader: ByteReader): Buffer {
  const bytes = parseElement(reader, DER_TAG.integer)
  const first = bytes[0]
  if (first === undefined || first >= 0x80) throw new BytesError('a key holds a negative number')
  return first === 0 ? bytes.subarray(1) : bytes
}

/** The next element's object identifier, as a whole element. @throws BytesError */
export function parseObject(reader: ByteReader): Buffer {
  return formatElement(DER_TAG.object, parseElement(reader, DER_TAG.object))
}
