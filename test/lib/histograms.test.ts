import t from 'tap'
import { HistogramTable } from '../../src/lib/histograms.ts'

const SHAPES = [
  { name: 'size', bounds: [1, 10] },
  { name: 'seconds', bounds: [0.5] },
] as const

t.test('a value on a bound belongs below it; what is above all is kept too', async (t) => {
  const table = HistogramTable.create<'size' | 'seconds'>(SHAPES, 2)
  const other = HistogramTable.attach<'size' | 'seconds'>(SHAPES, table.buffer, 1)
  const size = table.histogram('size')
  for (const value of [0, 1, 2, 10, 11]) size.record(value)
  other.histogram('size').record(100)
  other.histogram('seconds').record(0.25)
  t.same(table.read('size', 0), { counts: [2, 2, 1], sum: 24 })
  t.same(table.read('size', 1), { counts: [0, 0, 1], sum: 100 })
  t.same(table.read('size', null), { counts: [2, 2, 2], sum: 124 })
  t.same(table.read('seconds', null), { counts: [1, 0], sum: 0.25 })
})

t.test('a name outside the set is our own mistake', async (t) => {
  const table: HistogramTable<string> = HistogramTable.create(SHAPES)
  t.throws(() => table.histogram('width'), RangeError)
})
