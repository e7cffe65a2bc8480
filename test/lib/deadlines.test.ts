import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { systemClock } from '../../src/lib/clock.ts'
import { Deadlines } from '../../src/lib/deadlines.ts'

const inMs = (ms: number): number => systemClock.elapsedMs() + ms

t.test('each is called once, when it is due and in that order', async (t) => {
  const deadlines = new Deadlines(systemClock)
  const called: string[] = []
  const startedMs = systemClock.elapsedMs()
  for (const [name, ms] of [['c', 60], ['a', 10], ['b', 30]] as const) {
    deadlines.set(startedMs + ms, () => {
      called.push(name)
      t.ok(systemClock.elapsedMs() >= startedMs + ms, `${name} not before its time`)
    })
  }
  await delay(120)
  t.same(called, ['a', 'b', 'c'])
})

t.test('one that is cleared is not called, whichever the timer waits for', async (t) => {
  const deadlines = new Deadlines(systemClock)
  const called: string[] = []
  const first = deadlines.set(inMs(10), () => called.push('first'))
  deadlines.set(inMs(30), () => called.push('second'))
  deadlines.clear(first)
  await delay(80)
  t.same(called, ['second'])
  deadlines.set(inMs(10), () => called.push('third'))
  deadlines.stop()
  await delay(40)
  t.same(called, ['second'])
})

t.test('one that is set while another is called', async (t) => {
  const deadlines = new Deadlines(systemClock)
  const called: string[] = []
  deadlines.set(inMs(100), () => called.push('last'))
  deadlines.set(inMs(10), () => {
    called.push('outer')
    deadlines.set(inMs(10), () => called.push('inner'))
    deadlines.set(inMs(-1), () => called.push('past'))
  })
  await delay(160)
  t.same(called, ['outer', 'past', 'inner', 'last'])
})

t.test('one that is called may clear another that is due as well', async (t) => {
  const deadlines = new Deadlines(systemClock)
  const called: string[] = []
  const dueMs = inMs(5)
  deadlines.set(dueMs, () => {
    called.push('first')
    deadlines.clear(second)
  })
  const second = deadlines.set(dueMs, () => called.push('second'))
  deadlines.set(dueMs, () => called.push('third'))
  await delay(60)
  t.same(called, ['first', 'third'])
})

t.test('what a promise brings in time, or nothing', async (t) => {
  const deadlines = new Deadlines(systemClock)
  t.equal(await deadlines.within(Promise.resolve('soon'), inMs(1000)), 'soon')
  t.equal(await deadlines.within(delay(500, 'late'), inMs(10)), undefined)
  const failing = Promise.reject(new Error('no'))
  await t.rejects(deadlines.within(failing, inMs(1000)), { message: 'no' })
})

t.test('what came in while the process was held is read before it is too late', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  const [peer] = await once(server, 'connection') as [Socket]
  t.teardown(() => {
    client.destroy()
    server.close()
  })
  const called: string[] = []
  client.on('data', () => called.push('answer'))
  await delay(20)
  // From here on a turn of the event loop begins with its timers.
  await new Promise<void>((resolve) => { setImmediate(resolve) })
  const deadlines = new Deadlines(systemClock)
  const due = new Promise<void>((resolve) => {
    deadlines.set(inMs(5), () => {
      called.push('due')
      resolve()
    })
  })
  peer.write('answer')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  await due
  t.same(called, ['answer', 'due'])
})
