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
    if (counter > this.#highest) this.#moveTo(counter)
    this.#seen.add(counter)
    return true
  }

  /** Forgets what falls out of the window: mostly one counter, since mostly the next one comes. */
  #moveTo(highest: number): void {
    const before = this.#highest
    this.#highest = highest
    if (highest - before >= COUNTER_WINDOW) {
      this.#seen.clear()
      return
    }
    for (let at = before + 1; at <= highest; at++) this.#seen.delete(at - COUNTER_WINDOW)
  }
}
