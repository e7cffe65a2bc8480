import t from 'tap'
import { CounterTable } from '../../src/lib/counters.ts'

t.test('counts by name, shared through memory', async (t) => {
  const names = ['a', 'b'] as const
  const table = CounterTable.create(names)
  const same = CounterTable.attach(names, table.buffer)
  table.add('a')
  same.add('a')
  t.equal(table.get('a'), 2)
  t.same(same.read(), { a: 2, b: 0 })
})

t.test('a name outside the set is our own mistake', async (t) => {
  const table: CounterTable<string> = CounterTable.create(['a'])
  t.throws(() => { table.add('c') }, RangeError)
  t.equal(table.get('c'), 0)
})
