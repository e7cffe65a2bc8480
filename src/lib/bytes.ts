import { isUtf8 } from 'node:buffer'

/** What a reader throws when the bytes do not hold what was asked of them. */
export class BytesError extends Error {
  override readonly name = 'BytesError'
}

/**
 * Reads big-endian fields from a buffer, front to back. Every read is checked against the end,
 * so a length that the sender announced can never reach beyond what was received.
 */
export class ByteReader {
  readonly bytes: Buffer
  offset: number
  readonly end: number

  constructor(bytes: Buffer, offset = 0, end = bytes.length) {
    this.bytes = bytes
    this.offset = offset
    this.end = end
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.end - this.offset
  }

  uint8(): number {
    const at = this.#advance(1)
    return this.bytes.readUInt8(at)
  }

  uint16(): number {
    const at = this.#advance(2)
    return this.bytes.readUInt16BE(at)
  }

  int32(): number {
    const at = this.#advance(4)
    return this.bytes.readInt32BE(at)
  }

  uint32(): number {
    const at = this.#advance(4)
    return this.bytes.readUInt32BE(at)
  }

  int64(): bigint {
    const at = this.#advance(8)
    return this.bytes.readBigInt64BE(at)
  }

  /** The next `length` bytes, as a view on the buffer (not a copy). */
  raw(length: number): Buffer {
    const at = this.#advance(length)
    return this.bytes.subarray(at, at + length)
  }

  /** A byte string: int4 length, then that many bytes (a view). @throws BytesError */
  block(bytesMax: number): Buffer {
    const length = this.int32()
    if (length < 0 || length > bytesMax) throw new BytesError(`length ${length} out of range`)
    return this.raw(length)
  }

  /** A byte string holding UTF-8 text. @throws BytesError when it is too long or not UTF-8 */
  text(bytesMax: number): string {
    const start = this.offset + 4
    this.skipBlock(bytesMax)
    return isAscii(this.bytes, start, this.offset)
      ? this.bytes.toString('latin1', start, this.offset)
      : decodeUtf8(this.bytes.subarray(start, this.offset))
  }

  /** Passes over `length` bytes. @throws BytesError */
  skip(length: number): void {
    this.#advance(length)
  }

  /** Passes over a byte string that `block` would take. @throws BytesError */
  skipBlock(bytesMax: number): void {
    const length = this.int32()
    if (length < 0 || length > bytesMax) throw new BytesError(`length ${length} out of range`)
    this.#advance(length)
  }

  /** Passes over a byte string that `text` would take. @throws BytesError */
  skipText(bytesMax: number): void {
    const start = this.offset + 4
    this.skipBlock(bytesMax)
    if (isAscii(this.bytes, start, this.offset)) return
    if (!isUtf8(this.bytes.subarray(start, this.offset))) throw new BytesError('text is not UTF-8')
  }

  /**
   * An int4 count of things that follow, refused when the bytes that are left cannot hold them:
   * so a loop over it always ends soon.
   * @param itemBytesMin bytes that the smallest of these things takes
   * @throws BytesError
   */
  count(countMax: number, itemBytesMin: number): number {
    const count = this.int32()
    if (count < 0 || count > countMax) throw new BytesError(`count ${count} out of range`)
    if (count * itemBytesMin > this.remaining) throw new BytesError('bytes end too early')
    return count
  }

  /** Refuses bytes that nothing has read. @throws BytesError */
  assertEnd(): void {
    if (this.offset !== this.end) throw new BytesError(`${this.remaining} bytes left over`)
  }

  #advance(length: number): number {
    const at = this.offset
    if (length < 0 || length > this.end - at) throw new BytesError('bytes end too early')
    this.offset = at + length
    return at
  }
}

/**
 * Four big-endian bytes, signed, where the caller knows that they are there: a compiled hot path
 * makes these four loads, without the checks of `readInt32BE`.
 */
export function int32At(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
  )
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return false
  return true
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes UTF-8 strictly. @throws BytesError on a malformed sequence */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new BytesError('text is not UTF-8')
  }
}

/** Writes big-endian fields to a buffer that grows as needed. */
export class ByteWriter {
  #bytes: Buffer
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.#length
  }

  uint8(value: number): this {
    const at = this.#grow(1)
    this.#bytes.writeUInt8(value, at)
    return this
  }

  uint16(value: number): this {
    const at = this.#grow(2)
    this.#bytes.writeUInt16BE(value, at)
    return this
  }

  /** Four bytes; takes signed and unsigned values alike. */
  int32(value: number): this {
    const at = this.#grow(4)
    this.#bytes.writeInt32BE(value | 0, at)
    return this
  }

  int64(value: bigint): this {
    const at = this.#grow(8)
    this.#bytes.writeBigInt64BE(value, at)
    return this
  }

  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** A byte string: int4 length, then the bytes. */
  block(bytes: Uint8Array): this {
    return this.int32(bytes.length).raw(bytes)
  }

  /** UTF-8 text as a byte string. */
  text(text: string): this {
    const length = Buffer.byteLength(text)
    this.int32(length)
    const at = this.#grow(length)
    this.#bytes.write(text, at, length, 'utf8')
    return this
  }

  /** Overwrites four bytes that were written before. */
  patchInt32(offset: number, value: number): this {
    this.#bytes.writeInt32BE(value | 0, offset)
    return this
  }

  /** What was written, as a view that later writes may move away from. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(length: number): number {
    const at = this.#length
    const needed = at + length
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, at)
      this.#bytes = larger
    }
    this.#length = needed
    return at
  }
}
