import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  FRAME_TIMEOUT_MS, IDLE_CHECK_INTERVAL_MS, IDLE_TIMEOUT_MS, ONE_SHOT_IDLE_TIMEOUT_MS,
} from '../../src/native/limits.ts'
import { TcpServer } from '../../src/native/tcp-server.ts'
import { claimAddress } from '../../src/node/ports.ts'
import { connectTcp, createAnswererSetting, requestFor, responseCode } from '../support/native.ts'

const keepAlive = { flags: 0x1b000000 }

/** A TCP door whose clock stands still until it is moved. */
const start = async (t: Test, connectionCountMax = 100) => {
  const setting = createAnswererSetting()
  const server = new TcpServer({ ...setting, connectionCountMax })
  const { port } = await claimAddress({ host: '127.0.0.1', port: 0 }, false)
  await server.start('127.0.0.1', port, false)
  t.teardown(() => server.stop())
  /** Lets arrive what was sent, moves the clock on, and lets the server look at it. */
  const pass = async (ms: number): Promise<void> => {
    await delay(50)
    setting.clock.seconds += ms / 1000
    await delay(2 * IDLE_CHECK_INTERVAL_MS)
  }
  const client = async () => {
    const one = await connectTcp(port)
    const state = { ...one, isClosed: false }
    void one.closed.then(() => { state.isClosed = true })
    return state
  }
  return { ...setting, server, port, pass, client }
}

t.test('who is silent for too long is closed: at once or later, by what it asked', async (t) => {
  const { client, pass, counters } = await start(t)
  const oneShot = await client()
  const kept = await client()
  const twice = await client()
  oneShot.socket.write(requestFor('88.118.8/P1'))
  kept.socket.write(requestFor('88.118.8/P1', keepAlive))
  twice.socket.write(Buffer.concat([requestFor('88.118.8/P1'), requestFor('88.118.8/P1')]))
  await Promise.all([oneShot.until(1), kept.until(1), twice.until(2)])
  await pass(ONE_SHOT_IDLE_TIMEOUT_MS + 1000)
  t.same([oneShot, kept, twice].map((one) => one.isClosed), [true, false, false])
  await pass(IDLE_TIMEOUT_MS)
  t.same([oneShot, kept, twice].map((one) => one.isClosed), [true, true, true])
  t.equal(counters.get('native_connections_idle_total'), 3)
})

t.test('one who asks now and then is not closed', async (t) => {
  const { client, pass } = await start(t)
  const one = await client()
  for (let asked = 1; asked <= 3; asked++) {
    one.socket.write(requestFor('88.118.8/P1', keepAlive))
    await one.until(asked)
    await pass(IDLE_TIMEOUT_MS - 5000)
  }
  t.notOk(one.isClosed)
  one.socket.destroy()
})

t.test('one who does not finish a request is cut off, however many bytes it sends', async (t) => {
  const { client, pass, counters } = await start(t)
  const slow = await client()
  const request = requestFor('88.118.8/P1')
  slow.socket.write(request.subarray(0, 30))
  await pass(FRAME_TIMEOUT_MS - 5000)
  slow.socket.write(request.subarray(30, 31))
  await pass(4000)
  t.notOk(slow.isClosed, 'within its time')
  slow.socket.write(request.subarray(31, 32))
  await pass(4000)
  t.ok(slow.isClosed)
  t.equal(counters.get('native_connections_slow_total'), 1)
})

t.test('one connection too many is closed at once, the others go on', async (t) => {
  const { client, port, counters, server } = await start(t, 3)
  const clients = [await client(), await client(), await client()]
  for (const one of clients) one.socket.write(requestFor('88.118.8/P1', keepAlive))
  await Promise.all(clients.map((one) => one.until(1)))
  const refused = connect({ port, host: '127.0.0.1' })
  refused.on('error', () => undefined)
  await new Promise((resolve) => { refused.on('close', resolve) })
  t.equal(counters.get('native_connections_refused_total'), 1)
  t.equal(server.connectionCount, 3)
  clients[0]?.socket.destroy()
  while (server.connectionCount > 2) await delay(10)
  const next = await client()
  next.socket.write(requestFor('88.118.8/P1'))
  await next.until(1)
  t.same(next.answers.map(responseCode), [1])
  for (const one of [...clients, next]) one.socket.destroy()
})

t.test('more than a message may have is refused before it is sent', async (t) => {
  const { client, counters } = await start(t)
  const one = await client()
  const head = requestFor('88.118.8/P1').subarray(0, 20)
  head.writeInt32BE(262_145, 16)
  one.socket.write(head)
  await one.closed
  t.same(one.answers.map(responseCode), [2])
  t.equal(counters.get('native_refused_length-above-limit_total'), 1)
  const whole = await client()
  const longest = Buffer.alloc(20 + 262_144)
  requestFor('88.118.8/P1').copy(longest)
  longest.writeInt32BE(262_144, 16)
  whole.socket.write(longest)
  await whole.until(1)
  t.same(whole.answers.map(responseCode), [1], 'the longest is read')
  whole.socket.destroy()
  await once(whole.socket, 'close')
})
