const NEWLINE = 0x0a
const EMPTY = Buffer.alloc(0)

/** A line, or what stands for one that is longer than allowed. */
export type Line = string | { readonly tooLong: true }

const TOO_LONG: Line = { tooLong: true }

/**
 * Cuts chunks of UTF-8 into lines without their ends (LF or CRLF). A line may lie across
 * chunks; one that is longer than `bytesMax` is skipped without being kept.
 */
export class LineSplitter {
  readonly #bytesMax: number
  #partial: Buffer = EMPTY
  #skipping = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The lines that end in this chunk. */
  *push(chunk: Buffer): Generator<Line> {
    let at = 0
    for (let end = chunk.indexOf(NEWLINE, at); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      yield this.#finishLine(chunk.subarray(at, end))
      at = end + 1
    }
    this.#keep(chunk.subarray(at))
  }

  /** The last line, when the input does not end with a line end. */
  *end(): Generator<Line> {
    if (this.#partial.length > 0 || this.#skipping) yield this.#finishLine(EMPTY)
  }

  #finishLine(tail: Buffer): Line {
    const whole = this.#partial.length === 0 ? tail : Buffer.concat([this.#partial, tail])
    const tooLong = this.#skipping || whole.length > this.#bytesMax
    this.#partial = EMPTY
    this.#skipping = false
    if (tooLong) return TOO_LONG
    const text = whole.toString('utf8')
    return text.endsWith('\r') ? text.slice(0, -1) : text
  }

  #keep(rest: Buffer): void {
    if (this.#skipping || rest.length === 0) return
    if (this.#partial.length + rest.length > this.#bytesMax) {
      this.#skipping = true
      this.#partial = EMPTY
      return
    }
    this.#partial = Buffer.concat([this.#partial, rest])
  }
}
