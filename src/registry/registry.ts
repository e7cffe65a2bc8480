import type { IdentifierKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { GenerationTable } from '../lib/generations.ts'
import type { HandleValue } from '../record/value.ts'
import {
  type Change, type ChangeGroup, type ChangeWriter, COMMIT_GENERATION, HOMED_GENERATION,
  type Store, type StoredRecord,
} from '../store/store.ts'
import { REMEMBERED_BYTES_MAX, REMEMBERED_COUNT_MAX } from './limits.ts'
import { type RecordView, valuesOf } from './record-view.ts'

export interface RegistryParts {
  readonly store: Store
  readonly generations: GenerationTable
  readonly clock: Clock
  /** Told after each commit how many changes it made and how long it took. */
  readonly onCommitted?: (changeCount: number, seconds: number) => void
}

/** Values of a record, and the count of its generation counter when they were read. */
interface Remembered {
  readonly slot: number
  readonly generation: number
  readonly values: readonly HandleValue[]
}

/** The one way to change records: commit first, then every thread's cached answers die. */
export class Registry implements RecordView {
  readonly store: Store
  readonly clock: Clock
  readonly #generations: GenerationTable
  readonly #onCommitted: ((changeCount: number, seconds: number) => void) | null
  #homed: Set<string> | null = null
  readonly #remembered = new Map<IdentifierKey, Remembered>()

  constructor(parts: RegistryParts) {
    this.store = parts.store
    this.clock = parts.clock
    this.#generations = parts.generations
    this.#onCommitted = parts.onCommitted ?? null
  }

  findRecord(key: IdentifierKey): StoredRecord | undefined {
    return this.store.findRecord(key)
  }

  /**
   * The values of a record, as they are committed; null when there is none. Those found last are
   * remembered, since most changes ask for the same administrators and prefixes.
   */
  findValues(key: IdentifierKey): readonly HandleValue[] | null {
    const known = this.#remembered.get(key)
    if (known !== undefined && this.#generations.get(known.slot) === known.generation) {
      return known.values
    }
    const slot = this.#generations.slotOf(key)
    const generation = this.#generations.get(slot)
    const record = this.findRecord(key)
    const values = valuesOf(record)
    if (record === undefined || values === null) return null
    if (record.block.length <= REMEMBERED_BYTES_MAX) {
      if (this.#remembered.size >= REMEMBERED_COUNT_MAX) this.#remembered.clear()
      this.#remembered.set(key, { slot, generation, values })
    }
    return values
  }

  /** Runs `work`, whose reads all see the records of one moment. */
  readTogether<T>(work: () => T): T {
    return this.store.readTogether(work)
  }

  /** Whether names under a prefix (folded) live here. */
  isHomed(prefix: string): boolean {
    return this.#homedPrefixes().has(prefix)
  }

  get homedCount(): number {
    return this.#homedPrefixes().size
  }

  #homedPrefixes(): ReadonlySet<string> {
    this.#homed ??= new Set(this.store.loadHomedPrefixes())
    return this.#homed
  }

  /**
   * Makes all changes or none. When it returns they are on the disk, and no thread answers with
   * what was there before.
   * @param actor on whose behalf, for the change log
   * @throws StoreWriteError when the store can't commit; then nothing has changed
   */
  execute(changes: readonly Change[], actor: string): void {
    this.executeAll([{ changes, actor }])
  }

  /** Like `execute`, for changes on several people's behalf in one transaction. */
  executeAll(groups: readonly ChangeGroup[]): void {
    const touched = new Touched()
    for (const { changes } of groups) touched.add(changes, this.#generations)
    if (touched.count === 0) return
    const begunMs = this.clock.elapsedMs()
    this.store.commitGroups(groups, this.clock.nowMs())
    this.#announce(touched, begunMs)
  }

  /**
   * The same for work that also writes to the desk's tables: all of it is there or none. `work`
   * hands the records' changes to `write`, and may not wait for anything.
   * @throws whatever `work` throws, or StoreWriteError; then nothing has changed
   */
  transact<T>(actor: string, work: (write: ChangeWriter) => T): T {
    const touched = new Touched()
    const begunMs = this.clock.elapsedMs()
    const origin = { actor, timeMs: this.clock.nowMs() }
    const result = this.store.transact(origin, (write) => work((changes) => {
      write(changes)
      touched.add(changes, this.#generations)
    }))
    if (touched.count > 0) this.#announce(touched, begunMs)
    return result
  }

  #announce({ slots, count, homed }: Touched, begunMs: number): void {
    const seconds = (this.clock.elapsedMs() - begunMs) / 1000
    this.#bump(COMMIT_GENERATION)
    for (const slot of slots) this.#generations.bump(slot)
    if (homed) {
      this.#homed = null
      this.#bump(HOMED_GENERATION)
    }
    this.#onCommitted?.(count, seconds)
  }

  #bump(name: string): void {
    this.#generations.bump(this.#generations.slotOf(name))
  }
}

/** What a transaction touches, as numbers: its changes need not be kept until it is committed. */
class Touched {
  /** Generation counters of the records. */
  readonly slots: number[] = []
  count = 0
  homed = false

  add(changes: readonly Change[], generations: GenerationTable): void {
    this.count += changes.length
    for (const change of changes) {
      if ('key' in change) this.slots.push(generations.slotOf(change.key))
      else this.homed = true
    }
  }
}
