/** What one load run saw. */
export interface Measure {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** Latencies at each of QUANTILES. */
  readonly quantilesMs: readonly number[]
  readonly total: number
  readonly seconds: number
}

/** Where a latency distribution is drawn: shares of answers, in order. */
export const QUANTILES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999] as const

/** Sums up a run. @param latenciesMs samples in any order; sorted in place */
export function summarise(total: number, seconds: number, latenciesMs: number[]): Measure {
  latenciesMs.sort((a, b) => a - b)
  return {
    perSecond: total / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    p999Ms: percentile(latenciesMs, 0.999),
    quantilesMs: QUANTILES.map((share) => percentile(latenciesMs, share)),
    total,
    seconds,
  }
}

/** The value below which a share of the sorted samples lies; NaN when there are none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** An answer that a load did not expect: the run proves nothing. */
export class WrongAnswerError extends Error {}

/** Refuses a native answer whose response code is not success. */
export function assertFound(answer: Buffer, offset: number): void {
  const code = answer.readInt32BE(offset + 24)
  if (code !== 1) throw new WrongAnswerError(`an answer had response code ${code}`)
}
