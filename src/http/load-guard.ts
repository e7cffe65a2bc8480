import type { ServerResponse } from 'node:http'
import type { Clock } from '../lib/clock.ts'
import { IN_FLIGHT_COUNT_MAX, TURN_BUDGET_MS } from './limits.ts'

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
    response.once('close', this.#onClose)
  }

  readonly #onTurnEnd = (): void => {
    this.#turnBegunMs = -1
  }

  readonly #onClose = (): void => {
    this.#inFlight--
  }
}
