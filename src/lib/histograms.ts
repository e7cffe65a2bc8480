import { ThreadSlots } from './thread-slots.ts'

/** Buckets for the time that an answer takes: from a hit in memory to a slow disk. */
export const LATENCY_BOUNDS_SECONDS: readonly number[] = [
  0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5,
  0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
]
/** Buckets for how many things were done at once. */
export const COUNT_BOUNDS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096]

/** A histogram's name and the upper bounds of its buckets, ascending; one more takes the rest. */
export interface HistogramShape<Name extends string> {
  readonly name: Name
  readonly bounds: readonly number[]
}

/** What one thread has seen, or all have: `counts` has one more than the bounds. */
export interface HistogramReading {
  readonly counts: readonly number[]
  readonly sum: number
}

/**
 * One histogram of one thread: the buckets' counts, then the sum.
 *
 *   | ≤ bound 0 | ≤ bound 1 | … | above all bounds | sum |
 */
export class Histogram {
  readonly #slots: Float64Array
  readonly #bounds: readonly number[]

  constructor(slots: Float64Array, bounds: readonly number[]) {
    this.#slots = slots
    this.#bounds = bounds
  }

  record(value: number): void {
    const bounds = this.#bounds
    let bucket = 0
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++
    this.#add(bucket, 1)
    this.#add(bounds.length + 1, value)
  }

  #add(slot: number, value: number): void {
    this.#slots[slot] = (this.#slots[slot] ?? 0) + value
  }
}

/** Whoever measures needs no more than this. */
export interface HistogramSource<Name extends string> {
  histogram(name: Name): Histogram
}

/** Named histograms with fixed buckets in shared memory; every thread fills its own. */
export class HistogramTable<Name extends string> implements HistogramSource<Name> {
  readonly shapes: readonly HistogramShape<Name>[]
  readonly slots: ThreadSlots

  private constructor(shapes: readonly HistogramShape<Name>[], slots: ThreadSlots) {
    this.shapes = shapes
    this.slots = slots
  }

  /** The first thread's view of a new table. */
  static create<Name extends string>(
    shapes: readonly HistogramShape<Name>[], threadCount = 1,
  ): HistogramTable<Name> {
    return new HistogramTable(shapes, ThreadSlots.create(slotCountOf(shapes), threadCount))
  }

  /** The same table, for another thread; `shapes` must be those it was made with. */
  static attach<Name extends string>(
    shapes: readonly HistogramShape<Name>[], buffer: SharedArrayBuffer, thread: number,
  ): HistogramTable<Name> {
    return new HistogramTable(shapes, ThreadSlots.attach(buffer, slotCountOf(shapes), thread))
  }

  get buffer(): SharedArrayBuffer {
    return this.slots.buffer
  }

  histogram(name: Name): Histogram {
    const { shape, start, end } = this.#find(name)
    return new Histogram(this.slots.own.subarray(start, end), shape.bounds)
  }

  /** What one thread has seen; with null, what all have. */
  read(name: Name, thread: number | null): HistogramReading {
    const { start, end } = this.#find(name)
    const values = Array.from({ length: end - start }, (_unused, i) =>
      thread === null ? this.slots.sum(start + i) : this.slots.get(thread, start + i))
    return { counts: values.slice(0, -1), sum: values.at(-1) ?? 0 }
  }

  #find(name: Name): { shape: HistogramShape<Name>; start: number; end: number } {
    const at = this.shapes.findIndex((shape) => shape.name === name)
    const shape = this.shapes[at]
    if (shape === undefined) throw new RangeError(`there is no histogram named ${name}`)
    const start = slotCountOf(this.shapes.slice(0, at))
    return { shape, start, end: start + slotCountOf([shape]) }
  }
}

function slotCountOf(shapes: readonly HistogramShape<string>[]): number {
  return shapes.reduce((count, shape) => count + shape.bounds.length + 2, 0)
}
