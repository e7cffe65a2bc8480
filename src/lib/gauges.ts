import { ThreadSlots } from './thread-slots.ts'

/** Whoever tells how things stand needs no more than this. */
export interface Gauge<Name extends string> {
  set(name: Name, value: number): void
}

/** Named figures that go up and down, in shared memory: every thread tells its own. */
export class GaugeTable<Name extends string> implements Gauge<Name> {
  readonly names: readonly Name[]
  readonly slots: ThreadSlots

  private constructor(names: readonly Name[], slots: ThreadSlots) {
    this.names = names
    this.slots = slots
  }

  /** The first thread's view of a new table. */
  static create<Name extends string>(names: readonly Name[], threadCount = 1): GaugeTable<Name> {
    return new GaugeTable(names, ThreadSlots.create(names.length, threadCount))
  }

  /** The same table, for another thread; `names` must be those it was made with. */
  static attach<Name extends string>(
    names: readonly Name[], buffer: SharedArrayBuffer, thread: number,
  ): GaugeTable<Name> {
    return new GaugeTable(names, ThreadSlots.attach(buffer, names.length, thread))
  }

  get buffer(): SharedArrayBuffer {
    return this.slots.buffer
  }

  set(name: Name, value: number): void {
    const slot = this.names.indexOf(name)
    if (slot < 0) throw new RangeError(`there is no gauge named ${name}`)
    this.slots.own[slot] = value
  }

  /** As one thread last told it; 0 before that. */
  get(name: Name, thread: number): number {
    return this.slots.get(thread, this.names.indexOf(name))
  }
}
