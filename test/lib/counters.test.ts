import t from 'tap'
import { CounterTable } from '../../src/lib/counters.ts'

const NAMES = ['a', 'b'] as const

t.test('counts by name; each thread in its own row, the sum for everyone', async (t) => {
  const first = CounterTable.create(NAMES, 2)
  const second = CounterTable.attach(NAMES, first.buffer, 1)
  first.add('a')
  second.add('a')
  const tally = second.tally('b')
  tally.add()
  tally.add(3)
  t.equal(first.get('a'), 2)
  t.same(first.read(), { a: 2, b: 4 })
  t.same(second.read(), { a: 2, b: 4 })
  t.equal(first.slots.get(1, 1), 4)
  t.equal(first.slots.get(0, 1), 0)
})

t.test('a name outside the set is our own mistake', async (t) => {
  const table: CounterTable<string> = CounterTable.create(['a'])
  t.throws(() => { table.add('c') }, RangeError)
  t.throws(() => table.tally('c'), RangeError)
  t.equal(table.get('c'), 0)
})
