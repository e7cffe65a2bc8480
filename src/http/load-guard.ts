import type { ServerResponse } from 'node:http'
import type { Clock } from '../lib/clock.ts'
import {
  IN_FLIGHT_COUNT_MAX, REFUSING_MS_MAX, WORK_COUNT_MIN, WORKING_MS_MAX,
} from './limits.ts'

const NOT_YET = -1

/**
 * Keeps a thread that is asked for more than it can do from falling behind without end.
 *
 * All requests that have come are worked on one after another, in one turn of the event loop;
 * whatever comes meanwhile waits behind them. So a turn that goes on for long is cut: after
 * WORKING_MS_MAX of work what is next in line is refused for REFUSING_MS_MAX, then it is worked
 * on again. A refusal costs a fraction of an answer and clears a long line in that time; the
 * share of the two figures is what refusing may cost, a tenth, however much is asked.
 *
 * A turn alone would not do as the measure: the loop does not end it as long as more than a
 * thousand connections have something to say.
 *
 * What waits for others (the writer, other nodes, a client that reads slowly) takes no time of a
 * turn; its number is limited instead.
 */
export class LoadGuard {
  readonly #clock: Clock
  #workingSinceMs = NOT_YET
  #refusingSinceMs = NOT_YET
  #workCount = 0
  #inFlight = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Requests that are being worked on or waited for. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether the request that is next in line should be refused. */
  isBusy(): boolean {
    if (this.#inFlight >= IN_FLIGHT_COUNT_MAX) return true
    if (this.#workingSinceMs === NOT_YET) {
      this.#workingSinceMs = this.#clock.elapsedMs()
      setImmediate(this.#onTurnEnd)
      return false
    }
    // Long over a few requests: the thread was held up by others, and these cost little more.
    if (this.#workCount < WORK_COUNT_MIN) return false
    const nowMs = this.#clock.elapsedMs()
    if (nowMs - this.#workingSinceMs <= WORKING_MS_MAX) return false
    if (this.#refusingSinceMs === NOT_YET) this.#refusingSinceMs = nowMs
    if (nowMs - this.#refusingSinceMs <= REFUSING_MS_MAX) return true
    this.#workingSinceMs = nowMs
    this.#refusingSinceMs = NOT_YET
    this.#workCount = 0
    return false
  }

  /** Counts a request as in flight until its answer has left or its client has gone. */
  take(response: ServerResponse): void {
    this.#inFlight++
    this.#workCount++
    response.once('close', this.#onClose)
  }

  readonly #onTurnEnd = (): void => {
    this.#workingSinceMs = NOT_YET
    this.#refusingSinceMs = NOT_YET
    this.#workCount = 0
  }

  readonly #onClose = (): void => {
    this.#inFlight--
  }
}
