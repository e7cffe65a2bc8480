import fc from 'fast-check'
import t from 'tap'
import { CounterWindow } from '../../../src/native/administration/counter-window.ts'

t.test('each counter once, in any order, within 200 behind the highest', async (t) => {
  const window = new CounterWindow()
  t.same([1, 2, 2, 5, 3, 3].map((counter) => window.take(counter)),
    [true, true, false, true, true, false])
  t.ok(window.take(1000))
  t.notOk(window.take(800), 'outside the window')
  t.ok(window.take(801))
  t.notOk(window.take(801))
  t.notOk(window.take(4), 'long ago, although never seen')
})

t.test('no counter is ever taken twice', async (t) => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 600 })), (counters) => {
    const window = new CounterWindow()
    const taken = counters.filter((counter) => window.take(counter))
    return new Set(taken).size === taken.length
  }))
  t.pass()
})
