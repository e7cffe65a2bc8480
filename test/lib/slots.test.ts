import t from 'tap'
import { Slots } from '../../src/lib/slots.ts'

const open = () => new AbortController().signal

t.test('places are taken and given back in turn', async (t) => {
  const slots = new Slots(2)
  const order: number[] = []
  const take = async (i: number): Promise<void> => {
    await slots.take(open())
    order.push(i)
  }
  await take(1)
  await take(2)
  const waiting = [take(3), take(4)]
  await Promise.resolve()
  t.equal(slots.waitingCount, 2)
  t.same(order, [1, 2])
  slots.give()
  await waiting[0]
  t.same(order, [1, 2, 3])
  slots.give()
  await waiting[1]
  slots.give()
  slots.give()
  await take(5)
  t.same(order, [1, 2, 3, 4, 5])
  t.ok(slots.tryTake())
  t.notOk(slots.tryTake())
})

t.test('who waits may give up', async (t) => {
  const slots = new Slots(1)
  await slots.take(open())
  const stop = new AbortController()
  const waiting = slots.take(stop.signal)
  stop.abort(new Error('enough'))
  await t.rejects(waiting, { message: 'enough' })
  await t.rejects(slots.take(stop.signal), { message: 'enough' })
  t.equal(slots.waitingCount, 0)
  slots.give()
  await slots.take(open())
})
