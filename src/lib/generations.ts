import { fnv1a } from './fnv.ts'

/**
 * Counters shared by all threads, indexed by a hash of a name. The writer bumps the counter of a
 * name after a change has been committed; a cached answer that remembers an older count is dead.
 * Two names may share a counter: that costs a needless reload, never a stale answer.
 */
export class GenerationTable {
  readonly buffer: SharedArrayBuffer
  readonly #counters: Int32Array
  readonly #mask: number

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#counters = new Int32Array(buffer)
    this.#mask = this.#counters.length - 1
  }

  /** @param slotCount a power of two */
  static create(slotCount: number): GenerationTable {
    if (slotCount < 1 || (slotCount & (slotCount - 1)) !== 0) {
      throw new RangeError('the number of generation counters must be a power of two')
    }
    return new GenerationTable(new SharedArrayBuffer(slotCount * 4))
  }

  /** The same table, seen from another thread. */
  static attach(buffer: SharedArrayBuffer): GenerationTable {
    return new GenerationTable(buffer)
  }

  /** The slot that a name's counter lives in. */
  slotOf(name: string): number {
    const hash = fnv1a(name)
    return (hash ^ (hash >>> 15)) & this.#mask
  }

  get(slot: number): number {
    return Atomics.load(this.#counters, slot)
  }

  /**
   * Whether a counter stands where it stood, for a question that just came from a socket. A plain
   * read: whoever asks after an acknowledgement has been through the system's kernel since, which
   * puts memory in order, and `Atomics.load` is a call.
   */
  isAt(slot: number, generation: number): boolean {
    return this.#counters[slot] === generation
  }

  bump(slot: number): void {
    Atomics.add(this.#counters, slot, 1)
  }
}
