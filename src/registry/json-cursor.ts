const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const ZERO = 0x30

/**
 * Goes through JSON of a known form and writes what it finds as the fields of a block, in one
 * pass. Each step says whether the JSON goes on in this way; only then has it moved.
 */
export class JsonCursor {
  /** Valid UTF-8. */
  bytes: Buffer = Buffer.alloc(0)
  /** Where the next byte is read. */
  at = 0
  /** Has room for as many bytes as are read. */
  out: Buffer = Buffer.alloc(0)
  /** Where the next byte is written. */
  to = 0

  /** Passes over one byte. */
  byte(wanted: number): boolean {
    if (this.bytes[this.at] !== wanted) return false
    this.at++
    return true
  }

  /** Passes over certain bytes. */
  skip(mark: Uint8Array): boolean {
    const { bytes, at } = this
    const { length } = mark
    for (let i = 0; i < length; i++) if (bytes[at + i] !== mark[i]) return false
    this.at = at + length
    return true
  }

  /** Copies the text of a string, with its length before it, up to the quote that ends it. */
  text(): boolean {
    const { bytes, out } = this
    const start = this.to + 4
    let { at } = this
    let to = start
    let byte = bytes[at] ?? 0
    while (byte !== QUOTE) {
      if (byte === BACKSLASH) return this.#escapedText(at)
      if (byte < SPACE) return false
      out[to++] = byte
      byte = bytes[++at] ?? 0
    }
    this.patchInt32(start - 4, to - start)
    this.at = at
    this.to = to
    return true
  }

  /** A whole number. @returns -1 when there is none, or one above `max` */
  integer(max: number): number {
    const { bytes } = this
    let { at } = this
    let digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return -1
    let number = digit
    // None begins with 0 but 0 itself.
    for (at++; number > 0; at++) {
      digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
      if (number > max) return -1
    }
    this.at = at
    return number
  }

  /** Binary digits, up to the quote that ends them. @returns -1 when there are no such */
  bits(countMin: number, countMax: number): number {
    const { bytes } = this
    let { at } = this
    let bits = 0
    let byte = bytes[at] ?? 0
    for (; byte === ZERO || byte === ZERO + 1; byte = bytes[++at] ?? 0) {
      bits = (bits << 1) | (byte - ZERO)
    }
    const count = at - this.at
    if (byte !== QUOTE || count < countMin || count > countMax) return -1
    this.at = at
    return bits
  }

  int32(value: number): void {
    this.patchInt32(this.to, value)
    this.to += 4
  }

  patchInt32(at: number, value: number): void {
    const { out } = this
    out[at] = value >>> 24
    out[at + 1] = value >>> 16
    out[at + 2] = value >>> 8
    out[at + 3] = value
  }

  /** The rest of `text` where the first escape is at `escape`. */
  #escapedText(escape: number): boolean {
    const { bytes, out, to } = this
    let end = escape
    for (let byte = BACKSLASH; byte !== QUOTE; byte = bytes[end] ?? 0) {
      if (byte < SPACE) return false
      end += byte === BACKSLASH ? 2 : 1
    }
    const text = unescape(bytes.toString('utf8', this.at, end))
    if (text === undefined) return false
    // Never longer than it is with its escapes.
    const length = out.write(text, to + 4)
    this.patchInt32(to, length)
    this.at = end
    this.to = to + 4 + length
    return true
  }
}

/** The text that stands for itself in JSON; undefined when it is none that UTF-8 can carry. */
function unescape(json: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${json}"`)
    return typeof text === 'string' && text.isWellFormed() ? text : undefined
  } catch {
    return undefined
  }
}
