/** Slots of a row are rounded up to this many, so that no two threads write one cache line. */
const ROW_ALIGNMENT = 16

/**
 * Numbers in shared memory, one row for each thread. A thread writes its own row alone, so a plain
 * store is enough and no thread waits for another; a reader may see a number a moment late.
 */
export class ThreadSlots {
  readonly buffer: SharedArrayBuffer
  readonly threadCount: number
  /** The row of the thread that this view was made for. */
  readonly own: Float64Array
  readonly #rows: readonly Float64Array[]

  private constructor(buffer: SharedArrayBuffer, slotCount: number, thread: number) {
    const rowBytes = rowBytesOf(slotCount)
    this.buffer = buffer
    this.threadCount = buffer.byteLength / rowBytes
    this.#rows = Array.from({ length: this.threadCount }, (_unused, row) =>
      new Float64Array(buffer, row * rowBytes, slotCount))
    const own = this.#rows[thread]
    if (own === undefined) throw new RangeError(`there is no row for thread ${thread}`)
    this.own = own
  }

  static create(slotCount: number, threadCount: number): ThreadSlots {
    return new ThreadSlots(new SharedArrayBuffer(rowBytesOf(slotCount) * threadCount), slotCount, 0)
  }

  /** The same numbers, seen from a thread that writes row `thread`. */
  static attach(buffer: SharedArrayBuffer, slotCount: number, thread: number): ThreadSlots {
    return new ThreadSlots(buffer, slotCount, thread)
  }

  get(thread: number, slot: number): number {
    return this.#rows[thread]?.[slot] ?? 0
  }

  /** Over all threads. */
  sum(slot: number): number {
    return this.#rows.reduce((sum, row) => sum + (row[slot] ?? 0), 0)
  }
}

function rowBytesOf(slotCount: number): number {
  return Math.max(1, Math.ceil(slotCount / ROW_ALIGNMENT)) * ROW_ALIGNMENT * 8
}
