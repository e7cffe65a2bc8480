/** Whoever counts needs no more than this. */
export interface Counter<Name extends string> {
  add(name: Name): void
}

/**
 * Named counters in shared memory: every thread adds, any thread reads the sum. The names are a
 * closed set, fixed when the table is made, so that no stranger's input can add one.
 */
export class CounterTable<Name extends string> implements Counter<Name> {
  readonly buffer: SharedArrayBuffer
  readonly names: readonly Name[]
  readonly #slots: ReadonlyMap<string, number>
  readonly #counts: BigInt64Array

  private constructor(names: readonly Name[], buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.names = names
    this.#slots = new Map(names.map((name, slot) => [name, slot]))
    this.#counts = new BigInt64Array(buffer)
  }

  static create<Name extends string>(names: readonly Name[]): CounterTable<Name> {
    return new CounterTable(names, new SharedArrayBuffer(names.length * 8))
  }

  /** The same table, seen from another thread; `names` must be those it was made with. */
  static attach<Name extends string>(
    names: readonly Name[],
    buffer: SharedArrayBuffer,
  ): CounterTable<Name> {
    return new CounterTable(names, buffer)
  }

  add(name: Name): void {
    const slot = this.#slots.get(name)
    if (slot === undefined) throw new RangeError(`there is no counter named ${name}`)
    Atomics.add(this.#counts, slot, 1n)
  }

  get(name: Name): number {
    const slot = this.#slots.get(name)
    return slot === undefined ? 0 : Number(Atomics.load(this.#counts, slot))
  }

  /** All counters by name. */
  read(): Record<string, number> {
    return Object.fromEntries(this.names.map((name) => [name, this.get(name)]))
  }
}
