import { BatchPacker, isDone, type Mode, ROW_RESULTS } from './batch.ts'
import type { Caller, Desk } from './door.ts'
import { BULK_BATCH_BYTES, BULK_BATCH_ROWS } from './limits.ts'
import { tellRefusal, type ToldRefusal } from './messages.ts'
import type { RefusalCode } from './refusal.ts'
import type { Registration } from './registration.ts'
import { refuseRow } from './row-refusal.ts'

/** What became of the lines of a stream. */
export interface BulkSummary {
  read: number
  created: number
  replaced: number
  unchanged: number
  refused: number
}

/** A line that holds no registration. */
interface RefusedLine {
  readonly line: number
  readonly refused: ToldRefusal
}

export interface BulkOptions {
  readonly mode: Mode
  /** Whether lines that were done are answered too. */
  readonly answersAll: boolean
}

/** What a batch came to: its answers, and whether the stream has to end. */
export interface BulkAnswers {
  readonly text: string
  readonly stopped: RefusalCode | null
}

/** Lines of a stream that are stored together. */
export class BulkBatch {
  readonly packer: BatchPacker
  /** In the order they came: the number of a line whose registration was packed, or a refusal. */
  readonly #lines: (number | RefusedLine)[] = []

  /** @param before the batch before: this one is likely to be as large */
  constructor(before?: BulkBatch) {
    this.packer = new BatchPacker(before?.packer.blocks.length)
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0
  }

  get isFull(): boolean {
    return this.#lines.length >= BULK_BATCH_ROWS || this.packer.blockBytes >= BULK_BATCH_BYTES
  }

  add(line: number, registration: Registration): void {
    this.packer.add(registration)
    this.#lines.push(line)
  }

  /** Notes the line whose registration the packer has taken. */
  note(line: number): void {
    this.#lines.push(line)
  }

  refuse(line: number, refused: ToldRefusal): void {
    this.#lines.push({ line, refused })
  }

  /** Stores the registrations and answers every line, in the order they came. */
  async send(
    desk: Desk, caller: Caller, options: BulkOptions, summary: BulkSummary,
  ): Promise<BulkAnswers> {
    const result = this.packer.rowCount === 0
      ? { kind: 'rows', results: new Uint8Array() } as const
      : await desk.register(this.packer.pack(options.mode), caller)
    let text = ''
    let row = 0
    for (const one of this.#lines) {
      summary.read++
      if (typeof one !== 'number') {
        summary.refused++
        text += formatRefusal(one.line, null, one.refused)
        continue
      }
      if (result.kind === 'refused') {
        summary.refused++
        text += formatRefusal(one, this.packer.nameOf(row++), result)
        continue
      }
      const place = result.results[row] ?? 0
      text += this.#answer(one, row++, place, caller, options, summary)
    }
    return { text, stopped: result.kind === 'refused' ? result.code : null }
  }

  #answer(
    line: number, row: number, place: number, { language }: Caller, options: BulkOptions,
    summary: BulkSummary,
  ): string {
    const result = ROW_RESULTS[place] ?? 'not-found'
    if (isDone(result)) summary[result]++
    if (isDone(result) && !options.answersAll) return ''
    const name = this.packer.nameOf(row)
    if (isDone(result)) {
      return `{"line":${line},"handle":${JSON.stringify(name)},"result":"${result}"}\n`
    }
    summary.refused++
    const refusal = refuseRow(result, name, this.packer.templateOf(row))
    return formatRefusal(line, name, tellRefusal(refusal, language))
  }
}

function formatRefusal(line: number, handle: string | null, refused: ToldRefusal): string {
  const { code, message, issues } = refused
  return `${JSON.stringify({
    line,
    ...(handle === null ? {} : { handle }),
    code, message,
    ...(issues.length === 0 ? {} : { errors: issues }),
  })}\n`
}
