import { once } from 'node:events'
import t from 'tap'
import { Worker } from 'node:worker_threads'
import { ThreadSlots } from '../../src/lib/thread-slots.ts'

t.test('rows do not touch, and share no cache line', async (t) => {
  const first = ThreadSlots.create(3, 3)
  t.equal(first.threadCount, 3)
  const last = ThreadSlots.attach(first.buffer, 3, 2)
  first.own.fill(1)
  last.own.fill(5)
  t.same([0, 1, 2].map((thread) => first.get(thread, 2)), [1, 0, 5])
  t.equal(last.sum(0), 6)
  t.ok(Math.abs(last.own.byteOffset - first.own.byteOffset) >= 2 * 64)
})

t.test('a row that is not there', async (t) => {
  const slots = ThreadSlots.create(3, 2)
  t.throws(() => ThreadSlots.attach(slots.buffer, 3, 2), RangeError)
  t.equal(slots.get(7, 0), 0)
  t.equal(slots.get(0, 9), 0)
})

t.test('no count is lost when threads write at the same time', async (t) => {
  const slots = ThreadSlots.create(1, 3)
  const code = `
    const { workerData } = require('node:worker_threads')
    const own = new Float64Array(workerData.buffer, workerData.offset, 1)
    for (let i = 0; i < 1e6; i++) own[0]++`
  const workers = [0, 1, 2].map((thread) => {
    const { byteOffset } = ThreadSlots.attach(slots.buffer, 1, thread).own
    const workerData = { buffer: slots.buffer, offset: byteOffset }
    return once(new Worker(code, { eval: true, workerData }), 'exit')
  })
  await Promise.all(workers)
  t.equal(slots.sum(0), 3e6)
})
