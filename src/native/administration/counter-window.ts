import { COUNTER_WINDOW } from './limits.ts'

/**
 * Which counters of a session have been seen (§5.5 Sessions): each once, in any order within a
 * window behind the highest; older ones count as seen.
 */
export class CounterWindow {
  readonly #seen = new Set<number>()
  #highest = 0

  /** Takes a counter. @returns false when it was seen before */
  take(counter: number): boolean {
    if (counter <= this.#highest - COUNTER_WINDOW || this.#seen.has(counter)) return false
    this.#seen.add(counter)
    if (counter > this.#highest) {
      this.#highest = counter
      this.#forgetOld()
    }
    return true
  }

  #forgetOld(): void {
    if (this.#seen.size <= COUNTER_WINDOW) return
    for (const counter of this.#seen) {
      if (counter <= this.#highest - COUNTER_WINDOW) this.#seen.delete(counter)
    }
  }
}
