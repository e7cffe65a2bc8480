import { isUtf8 } from 'node:buffer'
import type { Clock } from '../lib/clock.ts'
import {
  IMPORT_BATCH_BYTES, IMPORT_BATCH_MS, IMPORT_BATCH_RECORDS, IMPORT_BATCH_RECORDS_MIN,
  LINE_BYTES_MAX,
} from './limits.ts'
import { endOfLine, lineText, WholeLines } from './lines.ts'
import { PlainLineReader } from './plain-line.ts'
import { type BadLine, type RecordBatch, RecordPacker } from './record-batch.ts'
import { encodeRecordLine, RecordLineError } from './record-line.ts'

export interface EncodeOptions {
  /** Read no further than the first bad line. */
  readonly strict: boolean
  readonly clock: Clock
  /** Whether somebody waits for a batch, and would rather have a smaller one now. */
  readonly isAwaited?: () => boolean
}

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Reads newline-delimited JSON, one record a line, into batches that are ready to be written. A
 * batch is as large as a transaction may be, or what came in some time, or until it was awaited.
 */
export async function* encodeLines(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>, options: EncodeOptions,
): AsyncGenerator<RecordBatch, undefined> {
  const { clock, strict, isAwaited } = options
  const lines = new WholeLines(LINE_BYTES_MAX)
  const encoder = new LineEncoder(strict, clock)
  for await (const chunk of chunks) {
    encoder.bytesRead += chunk.length
    yield* encoder.encode(lines.push(chunk))
    if (encoder.stopped) return
    if (encoder.isDue(isAwaited?.() === true)) yield encoder.finish()
  }
  yield* encoder.encode(lines.end())
  if (!encoder.stopped) yield encoder.finish()
}

/** Turns lines into a batch, and the next ones into the next. */
class LineEncoder {
  bytesRead = 0
  /** Whether a strict encoder met a bad line; it was the last of a batch. */
  stopped = false
  readonly #strict: boolean
  readonly #clock: Clock
  readonly #plain = new PlainLineReader()
  readonly #packer = new RecordPacker()
  #badLines: BadLine[] = []
  #read = 0
  #lineNumber = 0
  #begunMs = 0

  constructor(strict: boolean, clock: Clock) {
    this.#strict = strict
    this.#clock = clock
  }

  /**
   * Whether the first of what was gathered has waited long enough for the rest.
   * @param awaited whether somebody has nothing else to do
   */
  isDue(awaited: boolean): boolean {
    if (awaited && this.#read >= IMPORT_BATCH_RECORDS_MIN) return true
    return this.#read > 0 && this.#clock.elapsedMs() - this.#begunMs >= IMPORT_BATCH_MS
  }

  /** @param bytes whole lines @yields each batch that is full */
  *encode(bytes: Buffer): Generator<RecordBatch> {
    // Else its text is read with replacement characters, as every reader of text does.
    const valid = isUtf8(bytes)
    for (let at = 0; at < bytes.length && !this.stopped;) {
      this.#packer.reserve(bytes.length - at)
      at = this.#fill(bytes, at, valid)
      if (this.#isFull()) yield this.finish()
    }
  }

  finish(): RecordBatch {
    const { bytesRead } = this
    const batch = this.#packer.finish({ bytesRead, read: this.#read, badLines: this.#badLines })
    this.#read = 0
    this.#badLines = []
    return batch
  }

  #isFull(): boolean {
    return this.stopped || this.#read >= IMPORT_BATCH_RECORDS
      || this.#packer.blockBytes >= IMPORT_BATCH_BYTES
  }

  /** Encodes lines until the batch is full or they end. @returns how far it came */
  #fill(bytes: Buffer, start: number, valid: boolean): number {
    const plain = this.#plain
    const packer = this.#packer
    if (this.#read === 0) this.#begunMs = this.#clock.elapsedMs()
    let at = start
    while (at < bytes.length && !this.#isFull()) {
      const next = valid ? plain.read(bytes, at, packer.blocks, packer.blockBytes) : -1
      if (next < 0 || next - at > LINE_BYTES_MAX) {
        at = this.#readOther(bytes, at)
        continue
      }
      packer.add(plain.blockEnd, plain.undated, bytes, plain.nameStart, plain.nameEnd)
      this.#lineNumber++
      this.#read++
      at = next
    }
    return at
  }

  /** Reads a line of another form. @returns where the next one begins */
  #readOther(bytes: Buffer, at: number): number {
    const end = endOfLine(bytes, at)
    this.#lineNumber++
    try {
      const text = this.#textOf(bytes, at, end)
      if (text.trim() !== '') this.#add(text)
    } catch (error) {
      if (!(error instanceof RecordLineError)) throw error
      this.#badLines.push({ lineNumber: this.#lineNumber, reason: error.message })
      this.#read++
      this.stopped = this.#strict
    }
    return end + 1
  }

  #textOf(bytes: Buffer, at: number, end: number): string {
    if (end - at > LINE_BYTES_MAX) throw new RecordLineError(`longer than ${LINE_BYTES_MAX} bytes`)
    const text = lineText(bytes, at, end)
    return this.#lineNumber === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  }

  #add(text: string): void {
    const { handle, block, undated } = encodeRecordLine(text)
    const name = Buffer.from(handle)
    const packer = this.#packer
    packer.reserve(Math.max(block.length, name.length))
    block.copy(packer.blocks, packer.blockBytes)
    packer.add(packer.blockBytes + block.length, undated, name, 0, name.length)
    this.#read++
  }
}
