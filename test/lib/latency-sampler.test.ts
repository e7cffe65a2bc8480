import t from 'tap'
import { HistogramTable } from '../../src/lib/histograms.ts'
import { LatencySampler } from '../../src/lib/latency-sampler.ts'

t.test('one in so many is timed, the first among them', async (t) => {
  const table = HistogramTable.create([{ name: 'x', bounds: [0.01, 1] }])
  let reads = 0
  const clock = { nowMs: () => 0, nowSeconds: () => 0, elapsedMs: () => 100 * reads++ }
  const sampler = new LatencySampler(table.histogram('x'), clock, 4)
  for (let i = 0; i < 9; i++) sampler.end(sampler.begin())
  t.equal(reads, 6, 'the clock is read for three of nine')
  const { counts, sum } = table.read('x', null)
  t.same(counts, [0, 3, 0])
  t.ok(Math.abs(sum - 0.3) < 1e-9)
})
