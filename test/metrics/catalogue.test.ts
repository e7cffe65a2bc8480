import { readFileSync } from 'node:fs'
import t from 'tap'
import { CATALOGUE, type Family, seriesOf } from '../../src/metrics/catalogue.ts'
import { NODE_COUNTERS, NODE_GAUGES, NODE_HISTOGRAMS } from '../../src/node/meters.ts'

const NAME =
  new RegExp('^suibiao_(native|http|resolver|client|cache|store|registry|node|process|desk)_'
    + '[a-z_]+_(total|seconds|bytes|[a-z]+s)$')

const namesOf: Record<Family['type'], readonly string[]> = {
  counter: NODE_COUNTERS,
  gauge: NODE_GAUGES,
  histogram: NODE_HISTOGRAMS.map((shape) => shape.name),
}

t.test('names say module, noun and unit, and are there once', async (t) => {
  for (const { name, type } of CATALOGUE) {
    t.match(name, NAME)
    t.equal(name.endsWith('_total'), type === 'counter', name)
  }
  t.equal(new Set(CATALOGUE.map((family) => family.name)).size, CATALOGUE.length)
})

t.test('everything that is measured is shown, once', async (t) => {
  for (const type of ['counter', 'gauge', 'histogram'] as const) {
    const families = CATALOGUE.filter((family) => family.type === type)
    for (const name of namesOf[type]) {
      const found = families.filter((family) => family.members.test(name)).map(({ name }) => name)
      t.equal(found.length, 1, `${name} is shown by ${found.join(', ')}`)
    }
  }
})

t.test('no metric is without series', async (t) => {
  for (const family of CATALOGUE) {
    const series = seriesOf(family, namesOf[family.type])
    t.ok(series.length > 0, family.name)
    for (const { value } of series) t.equal(value === null, family.label === null, family.name)
  }
})

/** The rows of the table in proto/metrics.md: name, type, labels. */
function documented(): string[] {
  const rows = readFileSync('proto/metrics.md', 'utf8')
    .matchAll(/^\| `(suibiao_\w+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$/gm)
  return [...rows].map(([, name, type, labels]) => `${name} ${type} ${labels?.trim()}`)
}

t.test('proto/metrics.md tells of the same metrics', async (t) => {
  const declared = CATALOGUE.map(({ name, type, label, perThread }) => {
    const labels = [...(label === null ? [] : [label]), ...(perThread ? ['thread'] : [])]
    return `${name} ${type} ${labels.map((one) => `\`${one}\``).join(', ')}`.trim()
  })
  t.same(documented().map((row) => row.trim()).sort(), declared.sort())
})
