import type { Clock } from './clock.ts'

/** Something that has to have happened by a time: a link in a ring of them. */
export class Deadline {
  readonly dueMs: number
  readonly onDue: () => void
  /** Itself when it is in no ring. */
  before: Deadline = this
  after: Deadline = this

  constructor(dueMs: number, onDue: () => void) {
    this.dueMs = dueMs
    this.onDue = onDue
  }
}

/**
 * Many deadlines with one timer. Nearly all are cleared long before they are due, so that arming
 * and disarming a timer for each would cost more than what it watches. The timer alone keeps no
 * process from ending.
 */
export class Deadlines {
  readonly #clock: Clock
  /** Where the ring of open ones begins and ends; never due itself. */
  readonly #ring = new Deadline(Number.POSITIVE_INFINITY, () => undefined)
  #timer: NodeJS.Timeout | undefined
  #armedMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param dueMs on the clock's elapsed time; @param onDue called once, then or soon after */
  set(dueMs: number, onDue: () => void): Deadline {
    const ring = this.#ring
    const deadline = new Deadline(dueMs, onDue)
    deadline.before = ring.before
    deadline.after = ring
    ring.before.after = deadline
    ring.before = deadline
    if (dueMs < this.#armedMs) this.#arm(dueMs)
    return deadline
  }

  /** The same for a time from now on. */
  setAfter(waitMs: number, onDue: () => void): Deadline {
    return this.set(this.#clock.elapsedMs() + waitMs, onDue)
  }

  /** Safe to call again. */
  clear(deadline: Deadline): void {
    const { before, after } = deadline
    before.after = after
    after.before = before
    deadline.before = deadline
    deadline.after = deadline
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
    for (const deadline of this.#opened()) this.clear(deadline)
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
    let nextMs = this.#callOpened(nowMs)
    while (nextMs === undefined) nextMs = this.#callOpened(nowMs)
    if (nextMs < this.#armedMs) this.#arm(nextMs)
  }

  /**
   * Calls what is due.
   * @returns when the next one is; undefined when some were called, which may have set others
   */
  #callOpened(nowMs: number): number | undefined {
    let nextMs = Number.POSITIVE_INFINITY
    let called = false
    for (const deadline of this.#opened()) {
      // One that is called may clear another.
      if (deadline.after === deadline) continue
      if (deadline.dueMs > nowMs) {
        nextMs = Math.min(nextMs, deadline.dueMs)
        continue
      }
      called = true
      this.clear(deadline)
      deadline.onDue()
    }
    return called ? undefined : nextMs
  }

  /** In the order in which they were set. */
  #opened(): Deadline[] {
    const all: Deadline[] = []
    const ring = this.#ring
    for (let at = ring.after; at !== ring; at = at.after) all.push(at)
    return all
  }
}
