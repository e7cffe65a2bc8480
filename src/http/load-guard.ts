import type { ServerResponse } from 'node:http'
import type { Clock } from '../lib/clock.ts'
import { IN_FLIGHT_COUNT_MAX, TURN_BUDGET_MS, TURN_REQUEST_COUNT_MIN } from './limits.ts'

/**
 * Keeps a thread that is asked for more than it can do from falling behind without end.
 *
 * All requests that have come by the time the event loop looks are worked on in one turn of it,
 * and whatever comes meanwhile waits for the turn to end. So the length of a turn is how long an
 * answer may be late, and a turn is cut at a budget: what is left of it is refused, which costs a
 * fraction of an answer, and may be asked again. What waits for others (the writer, other nodes,
 * a client that reads slowly) takes no time of a turn; its number is limited instead.
 */
export class LoadGuard {
  readonly #clock: Clock
  #turnBegunMs = -1
  #turnCount = 0
  #inFlight = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Requests that are being worked on or waited for. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether no more may be taken on in this turn of the event loop. */
  isBusy(): boolean {
    if (this.#inFlight >= IN_FLIGHT_COUNT_MAX) return true
    // A turn that takes long over a few requests was held up by others; these cost little more.
    if (this.#turnBegunMs >= 0 && this.#turnCount < TURN_REQUEST_COUNT_MIN) return false
    const nowMs = this.#clock.elapsedMs()
    if (this.#turnBegunMs < 0) {
      this.#turnBegunMs = nowMs
      setImmediate(this.#onTurnEnd)
    }
    return nowMs - this.#turnBegunMs > TURN_BUDGET_MS
  }

  /** Counts a request as in flight until its answer has left or its client has gone. */
  take(response: ServerResponse): void {
    this.#inFlight++
    this.#turnCount++
    response.once('close', this.#onClose)
  }

  readonly #onTurnEnd = (): void => {
    this.#turnBegunMs = -1
    this.#turnCount = 0
  }

  readonly #onClose = (): void => {
    this.#inFlight--
  }
}
