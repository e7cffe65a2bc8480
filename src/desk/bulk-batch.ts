import { isDone, type Mode, packBatch, ROW_RESULTS } from './batch.ts'
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

/** A line that waits for its batch: a registration, or why it is none. */
type Waiting =
  | { readonly line: number; readonly registration: Registration }
  | { readonly line: number; readonly refused: ToldRefusal }

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
  readonly #lines: Waiting[] = []
  #bytes = 0

  get isEmpty(): boolean {
    return this.#lines.length === 0
  }

  get isFull(): boolean {
    return this.#lines.length >= BULK_BATCH_ROWS || this.#bytes >= BULK_BATCH_BYTES
  }

  add(line: number, registration: Registration): void {
    this.#lines.push({ line, registration })
    this.#bytes += registration.block.length
  }

  refuse(line: number, refused: ToldRefusal): void {
    this.#lines.push({ line, refused })
  }

  /** Stores the registrations and answers every line, in the order they came. */
  async send(
    desk: Desk, caller: Caller, options: BulkOptions, summary: BulkSummary,
  ): Promise<BulkAnswers> {
    const registrations = this.#lines.flatMap((one) =>
      'registration' in one ? [one.registration] : [])
    const result = registrations.length === 0
      ? { kind: 'rows', results: new Uint8Array() } as const
      : await desk.register(packBatch(registrations, options.mode), caller)
    let text = ''
    let row = 0
    for (const one of this.#lines) {
      summary.read++
      if ('refused' in one) {
        summary.refused++
        text += formatRefusal(one.line, null, one.refused)
        continue
      }
      if (result.kind === 'refused') {
        summary.refused++
        text += formatRefusal(one.line, one.registration.name, result)
        continue
      }
      const place = result.results[row++] ?? 0
      text += this.#answer(one.line, one.registration, place, caller, options, summary)
    }
    return { text, stopped: result.kind === 'refused' ? result.code : null }
  }

  #answer(
    line: number, { name, template }: Registration, place: number, { language }: Caller,
    options: BulkOptions, summary: BulkSummary,
  ): string {
    const result = ROW_RESULTS[place] ?? 'not-found'
    if (isDone(result)) {
      summary[result]++
      if (!options.answersAll) return ''
      return `{"line":${line},"handle":${JSON.stringify(name)},"result":"${result}"}\n`
    }
    summary.refused++
    const refusal = refuseRow(result, name, template, '/values')
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
