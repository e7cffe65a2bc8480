import type { Clock } from './clock.ts'
import type { Histogram } from './histograms.ts'

/** What `begin` says of a request that is not timed. */
const NOT_TIMED = -1

/**
 * Times one in `every` requests, in seconds: reading a clock twice costs as much as a third of
 * an answer from memory, and one in some still gives the shape.
 */
export class LatencySampler {
  readonly #histogram: Histogram
  readonly #clock: Clock
  readonly #every: number
  #left = 1

  constructor(histogram: Histogram, clock: Clock, every: number) {
    this.#histogram = histogram
    this.#clock = clock
    this.#every = every
  }

  /** @returns what `end` is to be told */
  begin(): number {
    if (--this.#left > 0) return NOT_TIMED
    this.#left = this.#every
    return this.#clock.elapsedMs()
  }

  end(begunMs: number): void {
    if (begunMs !== NOT_TIMED) this.#histogram.record((this.#clock.elapsedMs() - begunMs) / 1000)
  }
}
