import { OFTEN_ASKED_COUNT } from '../limits.ts'

const WINDOW_MS = 1_000

/** How often one server is asked, counted by the second. Pure: the time is passed in. */
export class Pace {
  #windowMs = Number.NEGATIVE_INFINITY
  #count = 0
  #often = false

  /** Counts one question. @returns whether the server is asked often, now or a second ago */
  ask(nowMs: number): boolean {
    const sinceMs = nowMs - this.#windowMs
    if (sinceMs >= WINDOW_MS) {
      this.#often = sinceMs < 2 * WINDOW_MS && this.#count >= OFTEN_ASKED_COUNT
      this.#windowMs = nowMs
      this.#count = 0
    }
    this.#count++
    return this.#often || this.#count >= OFTEN_ASKED_COUNT
  }
}
