import type { IdentifierKey } from '../identifier/identifier.ts'
import { SNAPSHOT_MS } from './limits.ts'
import type { SqliteReadStore } from './sqlite-read-store.ts'
import type { LookupStore } from './store.ts'

/**
 * Look-ups of one thread. Those that follow each other soon share a snapshot of the database: a
 * read by itself takes and gives back a lock of the file, a third of what it costs.
 *
 * A snapshot is older than what was committed since. So whoever commits moves a counter on before
 * anyone hears of it, and a read that finds it moved does not use the snapshot. It is given back
 * soon, used or not: nothing that is held for long keeps the write-ahead log from being begun anew.
 * It is given back at once when a read fails: the next one may find the trouble over.
 */
export class SnapshotReader implements LookupStore {
  readonly #store: SqliteReadStore
  readonly #commitCount: () => number
  /** Commits when the last read began. */
  #seenCount = 0
  /** Running while there was a read a moment ago. */
  #timer: NodeJS.Timeout | null = null
  #held = false

  /** @param commitCount changes with every commit, before the change is acknowledged */
  constructor(store: SqliteReadStore, commitCount: () => number) {
    this.#store = store
    this.#commitCount = commitCount
  }

  findBlock(key: IdentifierKey): Buffer | undefined {
    return this.#read((store) => store.findBlock(key))
  }

  loadHomedPrefixes(): string[] {
    return this.#read((store) => store.loadHomedPrefixes())
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#leave()
    this.#store.close()
  }

  #read<Result>(read: (store: SqliteReadStore) => Result): Result {
    this.#enter()
    try {
      return read(this.#store)
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  /** The first read of a time, or after a commit, goes by itself: others may not follow. */
  #enter(): void {
    // Before the snapshot is taken: a commit in between only costs another one.
    const count = this.#commitCount()
    const unchanged = count === this.#seenCount
    if (this.#held) {
      if (unchanged) return
      this.#leave()
    } else if (unchanged && this.#timer !== null) {
      this.#store.beginSnapshot()
      this.#held = true
    }
    this.#seenCount = count
    this.#timer ??= setTimeout(this.#onTimeOver, SNAPSHOT_MS).unref()
  }

  #leave(): void {
    if (!this.#held) return
    this.#held = false
    this.#store.endSnapshot()
  }

  readonly #onTimeOver = (): void => {
    this.#timer = null
    this.#leave()
  }
}
