import type { Clock } from './clock.ts'

/** Something that has to have happened by a time. */
export interface Deadline {
  readonly dueMs: number
  readonly onDue: () => void
}

/**
 * Many deadlines with one timer. Nearly all are cleared long before they are due, so that arming
 * and disarming a timer for each would cost more than what it watches. The timer alone keeps no
 * process from ending.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #open = new Set<Deadline>()
  #timer: NodeJS.Timeout | undefined
  #armedMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param dueMs on the clock's elapsed time; @param onDue called once, then or soon after */
  set(dueMs: number, onDue: () => void): Deadline {
    const deadline = { dueMs, onDue }
    this.#open.add(deadline)
    if (dueMs < this.#armedMs) this.#arm(dueMs)
    return deadline
  }

  /** The same for a time from now on. */
  setAfter(waitMs: number, onDue: () => void): Deadline {
    return this.set(this.#clock.elapsedMs() + waitMs, onDue)
  }

  clear(deadline: Deadline): void {
    this.#open.delete(deadline)
  }

  /** What a promise brings by a time; undefined when it takes longer. */
  within<T>(promise: Promise<T>, dueMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const deadline = this.set(dueMs, () => { resolve(undefined) })
      promise.then((result) => {
        this.clear(deadline)
        resolve(result)
      }, () => {
        this.clear(deadline)
        resolve(promise)
      })
    })
  }

  /** Forgets all of them. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#open.clear()
    this.#armedMs = Number.POSITIVE_INFINITY
  }

  #arm(dueMs: number): void {
    clearTimeout(this.#timer)
    this.#armedMs = dueMs
    const waitMs = Math.max(0, Math.ceil(dueMs - this.#clock.elapsedMs()))
    this.#timer = setTimeout(this.#onTimer, waitMs).unref()
  }

  /**
   * What came in meanwhile is read first: a process that was stopped for a while, or long at work,
   * finds answers and deadlines together.
   */
  readonly #onTimer = (): void => {
    setImmediate(this.#callDue)
  }

  readonly #callDue = (): void => {
    const nowMs = this.#clock.elapsedMs()
    this.#armedMs = Number.POSITIVE_INFINITY
    let nextMs = Number.POSITIVE_INFINITY
    for (const deadline of this.#open) {
      if (deadline.dueMs > nowMs) {
        nextMs = Math.min(nextMs, deadline.dueMs)
        continue
      }
      this.#open.delete(deadline)
      deadline.onDue()
    }
    if (nextMs < this.#armedMs) this.#arm(nextMs)
  }
}
