import type { AdminAnswer } from '../../client/admin/admin-client.ts'
import { systemClock } from '../../lib/clock.ts'
import { formatTime } from '../format.ts'
import { printable } from '../terminal.ts'
import type { BatchEntry } from './parser.ts'

/** What became of one command: the server's answer, or why there is none. */
export type BatchResult =
  | { readonly kind: 'answer'; readonly answer: AdminAnswer; readonly done: boolean }
  | { readonly kind: 'no-answer'; readonly message: string; readonly unreachable: boolean }

type CommandEntry = Extract<BatchEntry, { kind: 'command' }>

/** Sums of a batch. */
export interface BatchSummary {
  /** Operations that the file asks for. */
  total: number
  done: number
  failed: number
  invalid: number
  lines: number
  seconds: number
}

/**
 * Writes what becomes of a batch, one line an entry, in the form that operators' scripts read:
 * `==>SUCCESS[n]: create:…`, `==>FAILURE[n]: …`, `==>INVALID[n]: …`, then sums; or as JSON.
 */
export class BatchLog {
  readonly summary: BatchSummary = {
    total: 0, done: 0, failed: 0, invalid: 0, lines: 0, seconds: 0,
  }
  readonly #output: NodeJS.WritableStream
  readonly #json: boolean
  readonly #startedMs = systemClock.elapsedMs()

  constructor(output: NodeJS.WritableStream, json: boolean) {
    this.#output = output
    this.#json = json
  }

  async start(): Promise<void> {
    if (!this.#json) await this.#write(`Start Time: ${formatTime(systemClock.nowMs())}`)
  }

  async command(entry: CommandEntry, result: BatchResult): Promise<void> {
    const { line, operation, name } = entry
    const done = result.kind === 'answer' && result.done
    this.summary.total++
    if (done) this.summary.done++
    else this.summary.failed++
    const message = messageOf(result)
    if (this.#json) {
      const code = result.kind === 'answer' ? { responseCode: result.answer.code } : {}
      const words = done || message === '' ? {} : { message }
      const outcome = done ? 'success' : 'failure'
      await this.#write(JSON.stringify({
        line, operation, handle: name, result: outcome, ...code, ...words,
      }))
      return
    }
    const what = `${operation}:${printable(name)}`
    await this.#write(done
      ? `==>SUCCESS[${line}]: ${what}`
      : `==>FAILURE[${line}]: ${what}: ${failureOf(result, message)}`)
  }

  async invalid(line: number, message: string, counts: boolean): Promise<void> {
    if (counts) this.summary.total++
    this.summary.invalid++
    const shown = printable(message)
    await this.#write(this.#json
      ? JSON.stringify({ line, result: 'invalid', message })
      : `==>INVALID[${line}]: ${shown}`)
  }

  async end(lineCount: number): Promise<void> {
    const { summary } = this
    summary.lines = lineCount
    summary.seconds = (systemClock.elapsedMs() - this.#startedMs) / 1000
    if (this.#json) {
      await this.#write(JSON.stringify({ summary }))
      return
    }
    const rate = summary.total / Math.max(summary.seconds, 0.001)
    await this.#write(`Successes/Total Entries: ${summary.done}/${summary.total}`)
    await this.#write(`Batch File Lines: ${lineCount}`)
    await this.#write(`Finish Time: ${formatTime(systemClock.nowMs())}`)
    await this.#write(`${summary.seconds.toFixed(1)} seconds, ${rate.toFixed(1)} operations/second`)
  }

  /** A reader that is slower than the server slows the batch down, and its memory stays small. */
  async #write(line: string): Promise<void> {
    if (this.#output.write(`${line}\n`)) return
    await new Promise<void>((resolve) => { this.#output.once('drain', resolve) })
  }
}

function messageOf(result: BatchResult): string {
  return result.kind === 'answer' ? result.answer.message : result.message
}

function failureOf(result: BatchResult, message: string): string {
  if (result.kind === 'no-answer') return printable(message)
  const words = message === '' ? '' : `: ${printable(message)}`
  return `Error(${result.answer.code})${words}`
}
