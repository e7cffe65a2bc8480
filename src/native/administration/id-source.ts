/** The ids of challenges and sessions: one counter from 1, as the peers have it (§5.1 Flow). */
export class IdSource {
  #last = 0

  next(): number {
    this.#last = this.#last >= 0x7fffffff ? 1 : this.#last + 1
    return this.#last
  }
}
