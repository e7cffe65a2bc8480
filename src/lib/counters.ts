import { ThreadSlots } from './thread-slots.ts'

/** Whoever counts needs no more than this. */
export interface Counter<Name extends string> {
  add(name: Name): void
  /** One counter, its place looked up beforehand: what a hot path counts with. */
  tally(name: Name): Tally
}

/** One counter of one thread. */
export class Tally {
  readonly #counts: Float64Array
  readonly #slot: number

  constructor(counts: Float64Array, slot: number) {
    this.#counts = counts
    this.#slot = slot
  }

  add(count = 1): void {
    this.#counts[this.#slot] = (this.#counts[this.#slot] ?? 0) + count
  }
}

/**
 * Named counters in shared memory: every thread adds to its own, any thread reads the sum. The
 * names are a closed set, fixed when the table is made, so that no stranger's input can add one.
 */
export class CounterTable<Name extends string> implements Counter<Name> {
  readonly names: readonly Name[]
  readonly slots: ThreadSlots
  readonly #tallies: ReadonlyMap<string, Tally>

  private constructor(names: readonly Name[], slots: ThreadSlots) {
    this.names = names
    this.slots = slots
    this.#tallies = new Map(names.map((name, slot) => [name, new Tally(slots.own, slot)]))
  }

  /** The first thread's view of a new table. */
  static create<Name extends string>(names: readonly Name[], threadCount = 1): CounterTable<Name> {
    return new CounterTable(names, ThreadSlots.create(names.length, threadCount))
  }

  /** The same table, for another thread; `names` must be those it was made with. */
  static attach<Name extends string>(
    names: readonly Name[], buffer: SharedArrayBuffer, thread: number,
  ): CounterTable<Name> {
    return new CounterTable(names, ThreadSlots.attach(buffer, names.length, thread))
  }

  get buffer(): SharedArrayBuffer {
    return this.slots.buffer
  }

  add(name: Name): void {
    this.tally(name).add()
  }

  tally(name: Name): Tally {
    const tally = this.#tallies.get(name)
    if (tally === undefined) throw new RangeError(`there is no counter named ${name}`)
    return tally
  }

  /** Over all threads; 0 for a name that is none. */
  get(name: Name): number {
    const slot = this.names.indexOf(name)
    return slot < 0 ? 0 : this.slots.sum(slot)
  }

  /** All counters by name, over all threads. */
  read(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, slot) => [name, this.slots.sum(slot)]))
  }
}
