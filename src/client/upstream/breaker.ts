import { BREAKER_FAILURE_COUNT, BREAKER_PAUSE_MS, BREAKER_PAUSE_MS_MAX } from '../limits.ts'

/**
 * Keeps a server that fails again and again from being asked by everybody. After some failures
 * in a row it opens: nobody asks. When a pause is over it is half open: one may try. An answer
 * closes it, another failure opens it for twice as long. Pure: the time is passed in.
 */
export class Breaker {
  #failureCount = 0
  #pauseMs = 0
  #openUntilMs = 0
  #probing = false

  /** Whether the server may be asked now, without taking the chance. */
  isClosed(): boolean {
    return this.#pauseMs === 0
  }

  /** Whether the server may be asked: always while closed, once after each pause. */
  tryPass(nowMs: number): boolean {
    if (this.#pauseMs === 0) return true
    if (this.#probing || nowMs < this.#openUntilMs) return false
    this.#probing = true
    return true
  }

  succeeded(): void {
    this.#failureCount = 0
    this.#pauseMs = 0
    this.#probing = false
  }

  /** @returns whether this failure opened it */
  failed(nowMs: number): boolean {
    this.#failureCount++
    // Failures of requests that were under way when it opened say nothing new.
    if (this.#pauseMs > 0 && !this.#probing) return false
    if (this.#failureCount < BREAKER_FAILURE_COUNT && this.#pauseMs === 0) return false
    const opened = this.#pauseMs === 0
    this.#probing = false
    this.#pauseMs = Math.min(BREAKER_PAUSE_MS_MAX, Math.max(BREAKER_PAUSE_MS, this.#pauseMs * 2))
    this.#openUntilMs = nowMs + this.#pauseMs
    return opened
  }

  /** The chance to try was not used up: the request was given up for another reason. */
  abandoned(): void {
    this.#probing = false
  }
}
