import t, { type Test } from 'tap'
import type { Socket } from 'node:net'
import { ExchangeError } from '../../src/client/exchange.ts'
import { exchangeTcp } from '../../src/client/native-tcp.ts'
import { OFFSET } from '../../src/wire/layout.ts'
import { messageOf, requestOf, startTcpPeer, withInt32 } from './peers.ts'

const request = requestOf(77)
const answer = messageOf(77, 1, Buffer.alloc(100_000, 'x'))
const short = messageOf(77, 1, Buffer.from('answer'))

async function outcomeWith(
  t: Test,
  behave: (socket: Socket) => void,
  timeoutMs = 5000,
): Promise<Buffer | ExchangeError> {
  const peer = await startTcpPeer((_chunk, socket) => { behave(socket) })
  t.teardown(() => peer.stop())
  try {
    return await exchangeTcp(request, peer.address, { timeoutMs })
  } catch (error) {
    if (error instanceof ExchangeError) return error
    throw error
  }
}

t.test('answers', async (t) => {
  const cases: [string, (socket: Socket) => void, Buffer][] = [
    ['whole', (socket) => { socket.end(answer) }, answer],
    ['and the connection stays open', (socket) => { socket.write(short) }, short],
    ['with more behind it', (socket) => { socket.write(Buffer.concat([short, answer])) }, short],
    ['byte by byte', (socket) => {
      for (const byte of short) socket.write(Buffer.of(byte))
    }, short],
  ]
  for (const [what, behave, expected] of cases) {
    const outcome = await outcomeWith(t, behave)
    t.ok(Buffer.isBuffer(outcome) && outcome.equals(expected), what)
  }
  const undecoded = withInt32(messageOf(0, 4, Buffer.alloc(4)), OFFSET.requestId, -1)
  const outcome = await outcomeWith(t, (socket) => { socket.write(undecoded) })
  t.ok(Buffer.isBuffer(outcome) && outcome.equals(undecoded), 'an error about unreadable bytes')
})

t.test('no answer', async (t) => {
  const cases: [string, (socket: Socket) => void, string][] = [
    ['silence', () => undefined, 'timeout'],
    ['half an answer', (socket) => { socket.write(answer.subarray(0, 50)) }, 'timeout'],
    ['a close', (socket) => { socket.end() }, 'closed'],
    ['a close within an answer', (socket) => { socket.end(answer.subarray(0, 50)) }, 'closed'],
    ['another request id', (socket) => {
      socket.write(messageOf(78, 1, Buffer.alloc(0)))
    }, 'malformed'],
    ['an echo', (socket) => { socket.write(request) }, 'malformed'],
    ['an oversize length', (socket) => {
      socket.write(withInt32(short, OFFSET.messageLength, 262_145))
    }, 'malformed'],
    ['a negative length', (socket) => {
      socket.write(withInt32(short, OFFSET.messageLength, -5))
    }, 'malformed'],
    ['a length below the header', (socket) => {
      socket.write(withInt32(short, OFFSET.messageLength, 3))
    }, 'malformed'],
    ['HTTP', (socket) => { socket.write('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'malformed'],
    ['a reset', (socket) => { socket.resetAndDestroy() }, 'unreachable'],
  ]
  for (const [what, behave, reason] of cases) {
    t.match(await outcomeWith(t, behave, 300), { reason }, what)
  }
})

t.test('a closed port', async (t) => {
  const peer = await startTcpPeer(() => undefined)
  await peer.stop()
  const exchange = exchangeTcp(request, peer.address, { timeoutMs: 5000 })
  await t.rejects(exchange, { reason: 'unreachable', message: /ECONNREFUSED/ })
})

t.test('IPv6', async (t) => {
  const peer = await startTcpPeer((_chunk, socket) => { socket.end(short) }, '::1')
    .catch(() => null)
  if (peer === null) {
    t.comment('this machine has no IPv6 loopback')
    return
  }
  t.teardown(() => peer.stop())
  t.ok((await exchangeTcp(request, peer.address, { timeoutMs: 5000 })).equals(short))
})
