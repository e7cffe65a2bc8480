import { percentile } from '../../bench/measure.ts'
import type { Failure } from './failures.ts'

const NOTES_MAX = 5

/** One kind of names during one failure. */
export interface Counts {
  asked: number
  failed: number
}

/** What one failure of one node did. */
export class Tally {
  readonly failure: Failure | null
  readonly prefix: string
  /** Names below the node, and all others. */
  readonly below: Counts = { asked: 0, failed: 0 }
  readonly others: Counts = { asked: 0, failed: 0 }
  /** Answers that say something else than what is registered. */
  wrongCount = 0
  /** Later than the deadline. */
  lateCount = 0
  /** Given by the recursive nodes from what they remembered, for want of an answer. */
  staleCount = 0
  /** When the last name below the node could not be found out, and when the node was back. */
  lastFailedMs = 0
  backMs = 0
  /** From the node's return until its names are found out anew through every recursive node. */
  recoveryMs = 0
  /** For people: the first few of what must not be. */
  readonly notes: string[] = []
  readonly #belowMs: number[] = []
  readonly #othersMs: number[] = []

  /** @param failure null while nothing is broken */
  constructor(failure: Failure | null, prefix: string) {
    this.failure = failure
    this.prefix = prefix
  }

  took(below: boolean, ms: number): void {
    (below ? this.#belowMs : this.#othersMs).push(ms)
  }

  note(text: string): void {
    if (this.notes.length < NOTES_MAX) this.notes.push(text)
  }

  figures() {
    const { failure, prefix, below, others, wrongCount, lateCount, staleCount, recoveryMs } = this
    return {
      failure, prefix, below, others, wrongCount, lateCount, staleCount, recoveryMs,
      belowMs: sumUp(this.#belowMs), othersMs: sumUp(this.#othersMs), notes: this.notes,
    }
  }
}

export type Figures = ReturnType<Tally['figures']>

/** Times of answers; null where there were none. */
function sumUp(times: number[]): { p50: number; p99: number; max: number } | null {
  if (times.length === 0) return null
  times.sort((a, b) => a - b)
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), max: times.at(-1) ?? 0 }
}
