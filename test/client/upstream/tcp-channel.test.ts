import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { CHANNEL_CONNECTION_COUNT_MAX } from '../../../src/client/limits.ts'
import { TcpChannel } from '../../../src/client/upstream/tcp-channel.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { Deadlines } from '../../../src/lib/deadlines.ts'
import { FrameReader } from '../../../src/wire/frames.ts'
import { OFFSET } from '../../../src/wire/layout.ts'
import { messageOf, requestOf, startTcpPeer } from '../peers.ts'

const within = (ms: number, signal: AbortSignal | null = null) =>
  ({ dueMs: systemClock.elapsedMs() + ms, signal })
const parts = { deadlines: new Deadlines(systemClock), readBuffer: Buffer.alloc(500) }

/** A server that answers whole requests; `behave` says how. */
async function startServer(
  t: Test, behave: (id: number, socket: Socket, count: number) => void,
) {
  const readers = new WeakMap<Socket, { frames: FrameReader; count: number }>()
  let connections = 0
  const peer = await startTcpPeer((chunk, socket) => {
    let state = readers.get(socket)
    if (state === undefined) {
      state = { frames: new FrameReader(), count: 0 }
      readers.set(socket, state)
      connections++
    }
    const { frames } = state
    frames.push(chunk, (bytes, offset) => {
      state.count++
      behave(bytes.readUInt32BE(offset + OFFSET.requestId), socket, state.count)
    })
  })
  let unused = 0
  const channel = new TcpChannel(peer.address, parts, () => { unused++ })
  t.teardown(async () => {
    channel.close()
    await peer.stop()
  })
  return { channel, connections: () => connections, unused: () => unused }
}

const answer = (id: number): Buffer => messageOf(id, 1, Buffer.from(String(id)))
const isFor = (id: number, bytes: Buffer): boolean => bytes.includes(String(id))

t.test('a server that keeps its connections gets one for all', async (t) => {
  const { channel, connections } = await startServer(t, (id, socket) => {
    socket.write(answer(id))
  })
  t.notOk(channel.shared)
  for (const id of [1, 2]) t.ok(isFor(id, await channel.exchange(requestOf(id), within(5000))))
  t.ok(channel.shared)
  const many = Array.from({ length: 500 }, (_, i) => 1000 + i)
  const answers = await Promise.all(many.map((id) => channel.exchange(requestOf(id), within(5000))))
  t.ok(answers.every((bytes, i) => isFor(many[i] ?? 0, bytes)), 'each its own')
  t.equal(connections(), 1)
})

t.test('an answer longer than what is read at a time', async (t) => {
  const long = Buffer.alloc(3_000, 7)
  const { channel } = await startServer(t, (id, socket) => {
    socket.write(messageOf(id, 1, long))
  })
  const ids = [1, 2, 3]
  const answers = await Promise.all(ids.map((id) => channel.exchange(requestOf(id), within(5000))))
  t.same(answers, ids.map((id) => messageOf(id, 1, long)))
})

t.test('answers in any order find their requests', async (t) => {
  const held: [number, Socket][] = []
  const { channel } = await startServer(t, (id, socket) => {
    if (id < 10) socket.write(answer(id))
    else held.push([id, socket])
    if (held.length === 3) for (const [one, to] of held.toReversed()) to.write(answer(one))
  })
  for (const id of [1, 2]) await channel.exchange(requestOf(id), within(5000))
  const ids = [10, 11, 12]
  const answers = await Promise.all(ids.map((id) => channel.exchange(requestOf(id), within(5000))))
  t.ok(answers.every((bytes, i) => isFor(ids[i] ?? 0, bytes)))
})

t.test('the old kind gets a connection for each request', async (t) => {
  const { channel, connections } = await startServer(t, (id, socket, count) => {
    if (count === 1) socket.end(answer(id))
  })
  const many = Array.from({ length: 100 }, (_, i) => 1000 + i)
  const answers = await Promise.all(many.map((id) => channel.exchange(requestOf(id), within(5000))))
  t.ok(answers.every((bytes, i) => isFor(many[i] ?? 0, bytes)))
  t.notOk(channel.shared)
  t.ok(connections() >= 100)
})

t.test('a request on a connection that goes away is sent again', async (t) => {
  const { channel, connections } = await startServer(t, (id, socket, count) => {
    if (count === 3) socket.destroy()
    else socket.write(answer(id))
  })
  for (const id of [1, 2, 3, 4]) {
    t.ok(isFor(id, await channel.exchange(requestOf(id), within(5000))))
  }
  t.equal(connections(), 2)
})

t.test('a silent server, a signal, a closed port', async (t) => {
  const { channel, unused } = await startServer(t, () => undefined)
  const silent = channel.exchange(requestOf(1), within(50))
  await t.rejects(silent, { message: /gave no answer in time/ })
  const stop = new AbortController()
  const given = channel.exchange(requestOf(2), within(5000, stop.signal))
  setTimeout(() => { stop.abort() }, 10)
  await t.rejects(given, { message: /not waited for any more/ })
  const peer = await startTcpPeer(() => undefined)
  await peer.stop()
  const gone = new TcpChannel(peer.address, parts, () => undefined)
  await t.rejects(gone.exchange(requestOf(3), within(5000)), { message: /ECONNREFUSED/ })
  t.ok(unused() >= 0)
})

t.test('who finds no connection waits for a turn, no longer than its time', async (t) => {
  const held: (() => void)[] = []
  const { channel } = await startServer(t, (id, socket, count) => {
    if (count === 1) held.push(() => { socket.end(answer(id)) })
  })
  const many = Array.from({ length: CHANNEL_CONNECTION_COUNT_MAX }, (_, i) => 1000 + i)
  const answers = many.map((id) => channel.exchange(requestOf(id), within(5000)))
  const late = channel.exchange(requestOf(1), within(50))
  await t.rejects(late, { message: /too many requests unanswered/ })
  const patient = channel.exchange(requestOf(2), within(5000))
  while (held.length < many.length) await delay(5)
  for (const release of held.splice(0)) release()
  await Promise.all(answers)
  while (held.length === 0) await delay(5)
  held[0]?.()
  t.ok(isFor(2, await patient))
})
