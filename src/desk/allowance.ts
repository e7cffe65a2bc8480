import { dayOf, startOfDayMs } from './day.ts'

/** What an organisation or a key may use. Null: as much as it likes. */
export interface Quota {
  readonly requestsPerSecond: number | null
  readonly requestsPerDay: number | null
  readonly identifierCountMax: number | null
  readonly prefixCountMax: number | null
}

export const UNLIMITED: Quota = {
  requestsPerSecond: null, requestsPerDay: null, identifierCountMax: null, prefixCountMax: null,
}

/** Why a request may not be made now, and when it may. */
export interface Denial {
  readonly reason: 'rate' | 'daily'
  readonly retryAfterSeconds: number
}

/**
 * Counts requests of one holder: a bucket that fills with its rate and holds one second's worth,
 * and a count that begins anew each day.
 */
export class Allowance {
  #tokens: number | null = null
  #filledMs = 0
  #day = 0
  #usedToday = 0

  /** Requests made on the day of `nowMs`. */
  usedToday(nowMs: number): number {
    return dayOf(nowMs) === this.#day ? this.#usedToday : 0
  }

  /** Goes on from a count that was kept, such as over a restart. */
  resume(nowMs: number, used: number): void {
    this.#day = dayOf(nowMs)
    this.#usedToday = used
  }

  /** Takes one request, or says why not; a request that is denied does not count. */
  take(quota: Quota, nowMs: number): Denial | undefined {
    const today = dayOf(nowMs)
    if (today !== this.#day) {
      this.#day = today
      this.#usedToday = 0
    }
    const { requestsPerDay, requestsPerSecond } = quota
    if (requestsPerDay !== null && this.#usedToday >= requestsPerDay) {
      const restMs = startOfDayMs(today + 1) - nowMs
      return { reason: 'daily', retryAfterSeconds: Math.max(1, Math.ceil(restMs / 1000)) }
    }
    if (requestsPerSecond !== null) {
      const denied = this.#drip(requestsPerSecond, nowMs)
      if (denied !== undefined) return denied
    }
    this.#usedToday++
    return undefined
  }

  #drip(perSecond: number, nowMs: number): Denial | undefined {
    const capacity = Math.max(1, perSecond)
    const passedSeconds = Math.max(0, nowMs - this.#filledMs) / 1000
    const tokens = Math.min(capacity, (this.#tokens ?? capacity) + passedSeconds * perSecond)
    this.#filledMs = nowMs
    if (tokens < 1) {
      this.#tokens = tokens
      const seconds = (1 - tokens) / perSecond
      return { reason: 'rate', retryAfterSeconds: Math.max(1, Math.ceil(seconds)) }
    }
    this.#tokens = tokens - 1
    return undefined
  }
}
