import t from 'tap'
import { GaugeTable } from '../../src/lib/gauges.ts'

t.test('each thread tells its own figure', async (t) => {
  const names: string[] = ['depth', 'bytes']
  const first = GaugeTable.create(names, 2)
  const second = GaugeTable.attach(names, first.buffer, 1)
  first.set('bytes', 10)
  second.set('bytes', 0.5)
  second.set('bytes', 7)
  t.equal(first.get('bytes', 0), 10)
  t.equal(first.get('bytes', 1), 7)
  t.equal(first.get('depth', 1), 0)
  t.throws(() => { first.set('width', 1) }, RangeError)
})
