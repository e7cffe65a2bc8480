/** Lets work through one piece at a time, in the order of its coming. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs the work when all before it has ended, well or not. */
  pass<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
