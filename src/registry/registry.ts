import type { Clock } from '../lib/clock.ts'
import type { GenerationTable } from '../lib/generations.ts'
import { type Change, HOMED_GENERATION, type Store } from '../store/store.ts'

export interface RegistryParts {
  readonly store: Store
  readonly generations: GenerationTable
  readonly clock: Clock
  /** Told after each commit how many changes it made and how long it took. */
  readonly onCommitted?: (changeCount: number, seconds: number) => void
}

/** The one way to change records: commit first, then every thread's cached answers die. */
export class Registry {
  readonly store: Store
  readonly clock: Clock
  readonly #generations: GenerationTable
  readonly #onCommitted: ((changeCount: number, seconds: number) => void) | null

  constructor(parts: RegistryParts) {
    this.store = parts.store
    this.clock = parts.clock
    this.#generations = parts.generations
    this.#onCommitted = parts.onCommitted ?? null
  }

  /**
   * Makes all changes or none. When it returns they are on the disk, and no thread answers with
   * what was there before.
   * @param actor on whose behalf, for the change log
   * @throws when the store can't commit; then nothing has changed
   */
  execute(changes: readonly Change[], actor: string): void {
    if (changes.length === 0) return
    const begunMs = this.clock.elapsedMs()
    this.store.commit(changes, { actor, timeMs: this.clock.nowMs() })
    const seconds = (this.clock.elapsedMs() - begunMs) / 1000
    let homedChanged = false
    for (const change of changes) {
      if ('key' in change) this.#bump(change.key)
      else homedChanged = true
    }
    if (homedChanged) this.#bump(HOMED_GENERATION)
    this.#onCommitted?.(changes.length, seconds)
  }

  #bump(name: string): void {
    this.#generations.bump(this.#generations.slotOf(name))
  }
}
