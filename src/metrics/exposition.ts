import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CounterTable } from '../lib/counters.ts'
import type { GaugeTable } from '../lib/gauges.ts'
import type { HistogramTable } from '../lib/histograms.ts'
import type { ThreadSlots } from '../lib/thread-slots.ts'
import { CATALOGUE, type Family, type Series, seriesOf } from './catalogue.ts'

/** Everything that is measured, from whichever thread it is seen. */
export interface ExposedTables {
  readonly counters: CounterTable<string>
  readonly gauges: GaugeTable<string>
  readonly histograms: HistogramTable<string>
}

/** @returns what gives the text for Prometheus, read from the tables when it is called */
export function createExposition(tables: ExposedTables): () => Promise<string> {
  const registry = new Registry()
  for (const family of CATALOGUE) {
    switch (family.type) {
      case 'counter':
        registry.registerMetric(exposeCounter(family, tables.counters))
        break
      case 'gauge':
        registry.registerMetric(exposeGauge(family, tables.gauges))
        break
      case 'histogram':
        registry.registerMetric(new SharedHistogram(family, tables.histograms))
        break
    }
  }
  return () => registry.metrics()
}

function exposeCounter(family: Family, table: CounterTable<string>): Counter {
  const forEachSample = samplesOf(family, table)
  return new Counter({
    ...describe(family),
    collect() {
      this.reset()
      forEachSample((labels, value) => {
        this.inc(labels, value)
      })
    },
  })
}

function exposeGauge(family: Family, table: GaugeTable<string>): Gauge {
  const forEachSample = samplesOf(family, table)
  return new Gauge({
    ...describe(family),
    collect() {
      this.reset()
      forEachSample((labels, value) => {
        this.set(labels, value)
      })
    },
  })
}

/** What calls another function with each value of a family, as the table has it then. */
function samplesOf(
  family: Family, { names, slots }: CounterTable<string> | GaugeTable<string>,
): (use: (labels: Labels, value: number) => void) => void {
  const series = seriesOf(family, names)
  return (use) => {
    for (const one of series) {
      forEachRow(family, one, slots, (labels, thread) => {
        use(labels, thread === null ? slots.sum(one.index) : slots.get(thread, one.index))
      })
    }
  }
}

type Labels = Record<string, string | number>

interface Sample {
  readonly metricName: string
  readonly labels: Labels
  readonly value: number
}

/** A histogram whose buckets were counted elsewhere: the library's own can only observe. */
class SharedHistogram extends Histogram {
  readonly #family: Family
  readonly #table: HistogramTable<string>
  readonly #series: readonly Series[]

  constructor(family: Family, table: HistogramTable<string>) {
    super(describe(family))
    this.#family = family
    this.#table = table
    this.#series = seriesOf(family, table.shapes.map((shape) => shape.name))
  }

  /** What the registry asks for when it writes text. */
  getForPromString(): Promise<{ name: string; help: string; type: string; values: Sample[] }> {
    const values: Sample[] = []
    for (const one of this.#series) {
      forEachRow(this.#family, one, this.#table.slots, (labels, thread) => {
        values.push(...this.#samples(one, labels, thread))
      })
    }
    const { name, help } = this.#family
    return Promise.resolve({ name, help, type: 'histogram', values })
  }

  #samples(series: Series, labels: Labels, thread: number | null): Sample[] {
    const shape = this.#table.shapes[series.index]
    if (shape === undefined) return []
    const { counts, sum } = this.#table.read(shape.name, thread)
    const { name } = this.#family
    let total = 0
    const buckets = counts.map((count, i) => {
      total += count
      const le = shape.bounds[i] ?? '+Inf'
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ]
  }
}

function describe(family: Family): {
  name: string; help: string; labelNames: string[]; registers: Registry[]
} {
  const labelNames = [
    ...(family.label === null ? [] : [family.label]), ...(family.perThread ? ['thread'] : []),
  ]
  // Each exposition has a registry of its own; the library's global one stays empty.
  return { name: family.name, help: family.help, labelNames, registers: [] }
}

/** Calls `use` for each thread, or once with null for what is summed over all. */
function forEachRow(
  family: Family, series: Series, slots: ThreadSlots,
  use: (labels: Labels, thread: number | null) => void,
): void {
  const labels = family.label === null ? {} : { [family.label]: series.value ?? '' }
  if (!family.perThread) {
    use(labels, null)
    return
  }
  for (let thread = 0; thread < slots.threadCount; thread++) use({ ...labels, thread }, thread)
}
