import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/lib/clock.ts'
import type { SlowAnswerer } from '../../src/native/slow-answerer.ts'
import { TcpServer } from '../../src/native/tcp-server.ts'
import { claimAddress } from '../../src/node/ports.ts'
import {
  connectTcp, createAnswererSetting, requestFor, requestId, responseCode,
} from '../support/native.ts'

const start = async (t: Test, host = '127.0.0.1', slow: SlowAnswerer | null = null) => {
  const setting = createAnswererSetting(slow)
  const server = new TcpServer({ ...setting, clock: systemClock })
  const { port } = await claimAddress({ host, port: 0 }, false)
  await server.start(host, port, false)
  t.teardown(() => server.stop())
  return { ...setting, server, port }
}

t.test('pipelined requests are answered in order on one connection', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const { port } = await start(t, host)
    const client = await connectTcp(port, host)
    const ids = Array.from({ length: 2000 }, (_, i) => i + 1)
    const names = ['88.118.8/P1', '88.118.8/LONG', '88.118.8/ABSENT']
    const requests = ids.map((id) => requestFor(names[id % 3] ?? '', { requestId: id }))
    client.socket.write(Buffer.concat(requests))
    await client.until(2000)
    t.same(client.answers.map(requestId), ids)
    t.same(client.answers.slice(0, 3).map(responseCode), [1, 100, 1])
    client.socket.write(requestFor('88.118.8/P1', { requestId: 5000 }))
    await client.until(2001)
    client.socket.end()
    await client.closed
  }
})

t.test('requests may come byte by byte', async (t) => {
  const { port } = await start(t)
  const client = await connectTcp(port)
  for (const byte of requestFor('88.118.8/P1')) {
    client.socket.write(Buffer.of(byte))
    await delay(0)
  }
  await client.until(1)
  t.same(client.answers.map(responseCode), [1])
  client.socket.destroy()
})

t.test('a peer that ends its side still gets its answer, and the connection ends', async (t) => {
  const { port } = await start(t)
  const client = await connectTcp(port)
  client.socket.end(requestFor('88.118.8/P1'))
  await client.closed
  t.same(client.answers.map(responseCode), [1])
})

t.test('one who asks once without keep-alive is closed soon, others are not', async (t) => {
  const { port } = await start(t)
  const once = await connectTcp(port)
  once.socket.write(requestFor('88.118.8/P1'))
  const kept = await connectTcp(port)
  kept.socket.write(requestFor('88.118.8/P1', { flags: 0x1b000000 }))
  let keptClosed = false
  void kept.closed.then(() => { keptClosed = true })
  await once.closed
  t.same(once.answers.map(responseCode), [1])
  t.notOk(keptClosed)
  kept.socket.destroy()
})

t.test('a stream that is no frames gets one error and is closed', async (t) => {
  const { port, counters } = await start(t)
  const client = await connectTcp(port)
  client.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await client.closed
  t.same(client.answers.map(responseCode), [2])
  t.equal(counters.get('native_refused_length-above-limit_total'), 1)
})

t.test('a bad message between good ones costs only itself', async (t) => {
  const { port } = await start(t)
  const client = await connectTcp(port)
  const good = requestFor('88.118.8/P1')
  client.socket.write(Buffer.concat([good, requestFor('88.118.8/P1', { opcode: 4711 }), good]))
  await client.until(3)
  t.same(client.answers.map(responseCode), [1, 2, 1])
  client.socket.destroy()
})

t.test('a peer that resets leaves nothing behind', async (t) => {
  const { port, server } = await start(t)
  const client = await connectTcp(port)
  client.socket.write(requestFor('88.118.8/P1').subarray(0, 30))
  await delay(20)
  t.equal(server.connectionCount, 1)
  client.socket.resetAndDestroy()
  await once(client.socket, 'close')
  await delay(20)
  t.equal(server.connectionCount, 0)
})

t.test('stopping sends what is on its way, then closes', async (t) => {
  const { port, server } = await start(t)
  const client = await connectTcp(port)
  client.socket.write(requestFor('88.118.8/P1'))
  await client.until(1)
  await Promise.all([server.stop(), client.closed])
  await server.stop()
  t.equal(server.connectionCount, 0)
})

t.test('one who asks for much and reads nothing is told busy', async (t) => {
  const { port, counters } = await start(t)
  const client = await connectTcp(port)
  client.socket.pause()
  const request = requestFor('88.118.8/LONG')
  const chunk = Buffer.concat(Array.from({ length: 800 }, () => request))
  for (let i = 0; i < 12; i++) client.socket.write(chunk)
  await delay(300)
  client.socket.resume()
  await client.until(9600)
  const codes = new Set(client.answers.map(responseCode))
  t.ok(codes.has(1))
  t.ok([...codes].every((code) => code === 1 || code === 3), 'answers or busy, nothing else')
  t.equal(counters.get('native_tcp_requests_total'), 9600)
  client.socket.destroy()
})

const creation = (id: number) => requestFor('88.118.8/NEW', { opcode: 100, requestId: id })

t.test('deferred answers keep their place, and a long one comes in parts', async (t) => {
  const slow: SlowAnswerer = {
    answer: async (message) => {
      const id = requestId(message)
      await delay(id % 7)
      return { messages: [message], next: id % 10 === 0 ? String(id) : null }
    },
    goOn: async (next) => {
      await delay(1)
      return { messages: [creation(Number(next) + 1000)], next: null }
    },
  }
  const { port } = await start(t, '127.0.0.1', slow)
  const client = await connectTcp(port)
  const expected: number[] = []
  const requests: Buffer[] = []
  for (let id = 1; id <= 24; id++) {
    requests.push(id % 3 === 0 ? requestFor('88.118.8/P1', { requestId: id }) : creation(id))
    expected.push(id)
    if (id % 3 !== 0 && id % 10 === 0) expected.push(id + 1000)
  }
  client.socket.end(Buffer.concat(requests))
  await client.closed
  t.same(client.answers.map(requestId), expected)
})

t.test('too many deferred are told busy, in their place', async (t) => {
  const slow: SlowAnswerer = {
    answer: async (message) => {
      await delay(100)
      return { messages: [message], next: null }
    },
    goOn: () => Promise.reject(new Error('nothing goes on')),
  }
  const { port, counters } = await start(t, '127.0.0.1', slow)
  const client = await connectTcp(port)
  const ids = Array.from({ length: 3000 }, (_, i) => i + 1)
  client.socket.write(Buffer.concat(ids.map(creation)))
  await client.until(3000)
  t.same(client.answers.map(requestId), ids)
  t.ok(counters.get('native_refused_busy_total') > 0)
  t.equal(client.answers.filter((answer) => responseCode(answer) === 0).length % 16, 0)
  client.socket.destroy()
})

t.test('a slow answerer that fails costs that request an error', async (t) => {
  const slow: SlowAnswerer = {
    answer: () => Promise.reject(new Error('a thread ended')),
    goOn: () => Promise.reject(new Error('a thread ended')),
  }
  const { port } = await start(t, '127.0.0.1', slow)
  const client = await connectTcp(port)
  client.socket.write(Buffer.concat([creation(1), requestFor('88.118.8/P1', { requestId: 2 })]))
  await client.until(2)
  t.same(client.answers.map(responseCode), [2, 1])
  client.socket.destroy()
})
