import { DeskProblem } from '../../client/desk-api-connection.ts'
import type { Registry } from '../../registry/registry.ts'
import type { OutboxRow, Waiting } from '../../store/desk/outbox.ts'
import { REPORT_PAUSE_MS_MAX, REPORT_RETRY_MS, REPORT_RETRY_MS_MAX } from '../limits.ts'
import { formatTime } from '../operation.ts'
import { type Draft, draftReport, msUntilFull } from './draft.ts'
import type { ReportAnswer } from './report.ts'
import { sealReport } from './sealed.ts'

export interface ReporterParts {
  readonly registry: Registry
  /** This node's own prefix, such as `88.118`. */
  readonly prefix: string
  /** The desk above, as the outbox shows it. */
  readonly upstream: string
  /** PEM of the key that `sign` signs with, as the outbox shows it. */
  readonly publicKey: string
  /** RSA with SHA-256, PKCS #1 v1.5. */
  readonly sign: (bytes: Buffer) => Promise<Buffer>
  /** Puts a sealed report to the desk above. @throws DeskProblem when it is refused */
  readonly post: (sealed: string) => Promise<ReportAnswer>
  /** A number from 0 up to 1, so that many nodes do not try again together. */
  readonly random: () => number
  /** Told what came of each report. */
  readonly onReported: (outcome: 'taken' | 'failed') => void
}

const SEQUENCE = /^sequence:(\d{1,16})$/
const FAILURE_CHARACTERS_MAX = 300

/**
 * Reports enterprises and routes to the node above. What waits is in the journal, so that it is
 * as durable as the change itself; what was taken moves the outbox's row on. One report is under
 * way at a time, and the one above takes them in the order of their numbers.
 */
export class Reporter {
  readonly #parts: ReporterParts
  /** Sent and not answered: it goes again as it is, so that the one above can tell. */
  #flight: Draft | null = null
  #failureCount = 0

  constructor(parts: ReporterParts) {
    this.#parts = parts
    const { registry, prefix, upstream, publicKey } = parts
    const row = registry.store.desk.outbox.find()
    if (row?.prefix === prefix && row.upstream === upstream && row.publicKey === publicKey) return
    registry.transact('system', () => {
      const { outbox } = registry.store.desk
      outbox.clear()
      outbox.save({
        prefix, upstream, publicKey, sequence: 0, journal: outbox.lastNumber(), walk: '',
        begunMs: null, completeMs: null, takenMs: null, failedMs: null, failure: null,
        operator: null,
      })
    })
  }

  /** Whether the last try failed, so that changes wait for the next as everything does. */
  get failing(): boolean {
    return this.#failureCount > 0
  }

  waiting(): Waiting {
    return this.#parts.registry.store.desk.outbox.count(this.#row().journal)
  }

  /**
   * Puts one report to the node above, if there is something to report.
   * @returns milliseconds until the next step, when nothing changes before
   */
  async step(): Promise<number> {
    const { registry, prefix, post, sign } = this.#parts
    const row = this.#row()
    const nowMs = registry.clock.nowMs()
    try {
      const draft = this.#flight ?? draftReport(registry.store.desk, row, nowMs)
      if (draft === undefined) return msUntilFull(row, nowMs)
      this.#flight = draft
      const { part, items } = draft
      const sequence = row.sequence + 1
      const sealed = await sealReport({
        version: 1, from: prefix, sequence, sentAt: formatTime(nowMs), part, items: [...items],
      }, sign)
      const { operator } = await post(sealed)
      return this.#take({ ...row, operator }, draft)
    } catch (error) {
      if (error instanceof DeskProblem) return this.#settleRefusal(row, error)
      return this.#fail(row, error instanceof Error ? error.message : String(error), null)
    }
  }

  #take(row: OutboxRow, draft: Draft): number {
    this.#flight = null
    this.#failureCount = 0
    this.#parts.onReported('taken')
    this.#save({
      ...row, ...draft.after, sequence: row.sequence + 1,
      takenMs: this.#parts.registry.clock.nowMs(), failedMs: null, failure: null,
    })
    return 0
  }

  #settleRefusal(row: OutboxRow, problem: DeskProblem): number {
    const { status, code, message, issues: [issue], retryAfterSeconds } = problem
    // It was refused as it is: the next try reads what there is then.
    if (status < 500) this.#flight = null
    const next = SEQUENCE.exec(issue?.rule ?? '')?.[1]
    if (code === 'report-sequence' && next !== undefined) return this.#resume(row, Number(next))
    const where = issue === undefined ? '' : ` (${issue.pointer} ${issue.rule})`
    return this.#fail(row, `${message}${where}`, retryAfterSeconds)
  }

  /** One of both has lost what it knew: the number above counts, and all is reported again. */
  #resume(row: OutboxRow, next: number): number {
    const failure = `The node above waits for report ${next}; all is reported again`
    const delayMs = this.#fail({ ...row, sequence: next - 1, walk: '' }, failure, null)
    // Twice in a row can only be two nodes that report by the same name.
    return this.#failureCount === 1 ? 0 : delayMs
  }

  #fail(row: OutboxRow, message: string, retryAfterSeconds: number | null): number {
    this.#failureCount++
    this.#parts.onReported('failed')
    const failure = message.slice(0, FAILURE_CHARACTERS_MAX)
    this.#save({ ...row, failedMs: this.#parts.registry.clock.nowMs(), failure })
    const doubled = REPORT_RETRY_MS * 2 ** Math.min(this.#failureCount - 1, 20)
    const jitter = 0.5 + this.#parts.random() / 2
    const delayMs = Math.min(doubled, REPORT_RETRY_MS_MAX) * jitter
    const pauseMs = Math.min((retryAfterSeconds ?? 0) * 1000, REPORT_PAUSE_MS_MAX)
    return Math.max(delayMs, pauseMs)
  }

  #row(): OutboxRow {
    const row = this.#parts.registry.store.desk.outbox.find()
    if (row === undefined) throw new Error('the outbox has no row')
    return row
  }

  #save(row: OutboxRow): void {
    const { registry } = this.#parts
    registry.transact('system', () => {
      registry.store.desk.outbox.save(row)
    })
  }
}
