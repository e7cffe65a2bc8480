const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const EMPTY = Buffer.alloc(0)

/** A line, or what stands for one that is longer than allowed. */
export type Line = string | { readonly tooLong: true }

const TOO_LONG: Line = { tooLong: true }

/**
 * Puts chunks together so that no line lies across two of them. Of a line that is longer than
 * `bytesMax` only so much is kept as shows that it is.
 */
export class WholeLines {
  readonly #bytesMax: number
  #partial: Buffer = EMPTY
  #skipping = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The lines that end in this chunk, each with its line end. */
  push(chunk: Buffer): Buffer {
    const start = this.#skipping ? chunk.indexOf(NEWLINE) : 0
    if (start < 0) return EMPTY
    const end = chunk.lastIndexOf(NEWLINE) + 1
    const head = this.#partial
    if (end === 0) {
      this.#keep(head, chunk)
      return EMPTY
    }
    this.#skipping = false
    this.#keep(EMPTY, chunk.subarray(end))
    const lines = chunk.subarray(start, end)
    return head.length === 0 ? lines : Buffer.concat([head, lines])
  }

  /** The last line, when the input does not end with a line end. */
  end(): Buffer {
    const last = this.#partial
    this.#partial = EMPTY
    return last
  }

  #keep(head: Buffer, rest: Buffer): void {
    this.#skipping = head.length + rest.length > this.#bytesMax
    const kept = rest.subarray(0, this.#bytesMax + 1 - head.length)
    this.#partial = Buffer.concat([head, kept])
  }
}

/** Where the line that begins at `at` ends: at its line feed, or with the bytes. */
export function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(NEWLINE, at)
  return end < 0 ? bytes.length : end
}

/** The text of a line without its end (LF or CRLF). @param end where its line feed is */
export function lineText(bytes: Buffer, at: number, end: number): string {
  const last = end > at && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
  return bytes.toString('utf8', at, last)
}

/**
 * Cuts chunks of UTF-8 into lines without their ends. A line may lie across chunks; one that is
 * longer than `bytesMax` is skipped without being kept.
 */
export class LineSplitter {
  readonly #bytesMax: number
  readonly #lines: WholeLines

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
    this.#lines = new WholeLines(bytesMax)
  }

  /** The lines that end in this chunk. */
  push(chunk: Buffer): Generator<Line> {
    return this.#split(this.#lines.push(chunk))
  }

  /** The last line, when the input does not end with a line end. */
  end(): Generator<Line> {
    return this.#split(this.#lines.end())
  }

  *#split(bytes: Buffer): Generator<Line> {
    for (let at = 0; at < bytes.length;) {
      const end = endOfLine(bytes, at)
      yield end - at > this.#bytesMax ? TOO_LONG : lineText(bytes, at, end)
      at = end + 1
    }
  }
}
