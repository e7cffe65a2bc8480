import type { IdentifierKey } from '../identifier/identifier.ts'
import type { SqliteReadStore } from './sqlite-read-store.ts'
import type { LookupStore } from './store.ts'

/**
 * Look-ups of one thread. Those of one turn of the event loop share a snapshot of the database:
 * a read by itself takes and gives back a lock of the file, a third of what it costs.
 *
 * A snapshot is older than what was committed since. So whoever commits moves a counter on before
 * anyone hears of it, and a read that finds it moved takes a new snapshot. At the end of the turn
 * it is given back: nothing that is held for long keeps the write-ahead log from being merged.
 */
export class TurnReader implements LookupStore {
  readonly #store: SqliteReadStore
  readonly #commitCount: () => number
  /** Commits when the snapshot was taken. */
  #seenCount = 0
  #inTurn = false
  #held = false

  /** @param commitCount changes with every commit, before the change is acknowledged */
  constructor(store: SqliteReadStore, commitCount: () => number) {
    this.#store = store
    this.#commitCount = commitCount
  }

  findBlock(key: IdentifierKey): Buffer | undefined {
    this.#enter()
    return this.#store.findBlock(key)
  }

  loadHomedPrefixes(): string[] {
    this.#enter()
    return this.#store.loadHomedPrefixes()
  }

  close(): void {
    this.#leave()
    this.#store.close()
  }

  /** A turn's first read goes by itself: where no other follows, a snapshot saves nothing. */
  #enter(): void {
    if (!this.#inTurn) {
      this.#inTurn = true
      setImmediate(this.#onTurnEnd)
      return
    }
    // Before the snapshot is taken: a commit in between only costs another one.
    const count = this.#commitCount()
    if (this.#held) {
      if (count === this.#seenCount) return
      this.#leave()
    }
    this.#store.beginSnapshot()
    this.#held = true
    this.#seenCount = count
  }

  #leave(): void {
    if (!this.#held) return
    this.#held = false
    this.#store.endSnapshot()
  }

  readonly #onTurnEnd = (): void => {
    this.#inTurn = false
    this.#leave()
  }
}
