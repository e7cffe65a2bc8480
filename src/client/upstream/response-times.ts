import { HEDGE_MS_DEFAULT, HEDGE_MS_MAX, HEDGE_MS_MIN, MEASURED_LIFE_MS } from '../limits.ts'

/** Weight of a new measurement in the smoothed time, as TCP has it. */
const NEWEST_WEIGHT = 1 / 8
/** Measurements that the p95 is taken from: enough for the tail to have been seen. */
const SAMPLE_COUNT = 64
const SLOW_SHARE = 0.95

/** How long one server takes to answer: a smoothed time, and the time that 95 % stay under. */
export class ResponseTimes {
  readonly #samples = new Float64Array(SAMPLE_COUNT)
  #count = 0
  #smoothedMs = 0
  #lastMs = 0
  #slowMs = HEDGE_MS_DEFAULT

  /** @param nowMs of a clock that never goes back */
  add(tookMs: number, nowMs: number): void {
    this.#smoothedMs = this.#count === 0
      ? tookMs
      : this.#smoothedMs + (tookMs - this.#smoothedMs) * NEWEST_WEIGHT
    this.#samples[this.#count % SAMPLE_COUNT] = tookMs
    this.#count++
    this.#lastMs = nowMs
    // The tail moves slowly: worked out at powers of two first, then once in a full round.
    const due = this.#count <= SAMPLE_COUNT
      ? isPowerOfTwo(this.#count)
      : this.#count % SAMPLE_COUNT === 0
    if (due) this.#slowMs = this.#findSlow()
  }

  /** The smoothed time; undefined when it was never measured, or too long ago to count. */
  smoothedMs(nowMs: number): number | undefined {
    if (this.#count === 0 || nowMs - this.#lastMs > MEASURED_LIFE_MS) return undefined
    return this.#smoothedMs
  }

  /** When an answer is late: after the p95 of this server, within sane bounds. */
  get lateAfterMs(): number {
    return Math.min(HEDGE_MS_MAX, Math.max(HEDGE_MS_MIN, this.#slowMs))
  }

  #findSlow(): number {
    const known = this.#samples.slice(0, Math.min(this.#count, SAMPLE_COUNT)).sort()
    // A few measurements have no tail yet: twice the slowest is the better guess.
    if (known.length < 16) return 2 * (known.at(-1) ?? 0)
    return known[Math.floor(known.length * SLOW_SHARE)] ?? HEDGE_MS_DEFAULT
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0
}
