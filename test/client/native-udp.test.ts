import t, { type Test } from 'tap'
import { ExchangeError } from '../../src/client/exchange.ts'
import { exchangeUdp } from '../../src/client/native-udp.ts'
import { encodeFragments } from '../../src/wire/fragments.ts'
import { ENVELOPE_FLAG, OFFSET } from '../../src/wire/layout.ts'
import { messageOf, requestOf, startUdpPeer, withInt32 } from './peers.ts'

const request = requestOf(77)
const answer = messageOf(77, 1, Buffer.from('answer'))
const long = messageOf(77, 1, Buffer.alloc(3000, 'x'))

/** What an exchange with a peer that sends these datagrams comes to: an answer or a reason. */
async function outcomeWith(
  t: Test,
  datagrams: readonly Buffer[],
  timeoutMs = 5000,
): Promise<Buffer | ExchangeError> {
  const peer = await startUdpPeer((_datagram, send, count) => {
    if (count === 1) for (const datagram of datagrams) send(datagram)
  })
  t.teardown(() => peer.stop())
  try {
    return await exchangeUdp(request, peer.address, { timeoutMs })
  } catch (error) {
    if (error instanceof ExchangeError) return error
    throw error
  }
}

t.test('answers', async (t) => {
  const fragments = encodeFragments(long)
  t.ok(fragments.length > 5)
  const unmarked = fragments.map((fragment) => {
    const copy = Buffer.from(fragment)
    copy[OFFSET.flags] = (copy[OFFSET.flags] ?? 0) & ~ENVELOPE_FLAG.truncated
    return copy
  })
  const cases: [string, readonly Buffer[], Buffer][] = [
    ['one datagram', [answer], answer],
    ['in fragments', fragments, long],
    ['fragments out of order', fragments.toReversed(), long],
    ['fragments sent twice', fragments.flatMap((fragment) => [fragment, fragment]), long],
    ['fragments without TC, as older servers send them', unmarked, long],
    ['after one for someone else', [messageOf(78, 1, Buffer.from('foreign')), answer], answer],
    ['after one that is too short', [answer.subarray(0, 19), Buffer.alloc(0), answer], answer],
    ['after the request itself', [request, answer], answer],
    [
      'after an oversize length',
      [withInt32(answer, OFFSET.messageLength, 262_145), answer],
      answer,
    ],
    ['after a negative length', [withInt32(answer, OFFSET.messageLength, -1), answer], answer],
    ['with bytes behind it', [Buffer.concat([answer, Buffer.alloc(9)])], answer],
  ]
  for (const [what, datagrams, expected] of cases) {
    const outcome = await outcomeWith(t, datagrams)
    t.ok(Buffer.isBuffer(outcome) && outcome.equals(expected), what)
  }
})

t.test('no answer', async (t) => {
  const fragments = encodeFragments(long)
  const foreign = fragments.map((fragment) => withInt32(fragment, OFFSET.requestId, 78))
  const cases: [string, readonly Buffer[]][] = [
    ['a silent peer', []],
    ['another request id', [messageOf(78, 1, Buffer.alloc(0))]],
    ['a fragment that never comes', fragments.slice(1)],
    ['a fragment that is somebody else\'s', [...fragments.slice(1), ...foreign.slice(0, 1)]],
    ['an echo', [request]],
    ['half an answer', [answer.subarray(0, 30)]],
  ]
  for (const [what, datagrams] of cases) {
    const outcome = await outcomeWith(t, datagrams, 250)
    const expected = { reason: 'timeout', message: /^no answer from 127\.0\.0\.1:\d+ within/ }
    t.match(outcome, expected, what)
  }
})

t.test('a request is sent again until it is answered', async (t) => {
  const peer = await startUdpPeer((_datagram, send, count) => {
    if (count === 2) send(answer)
  })
  t.teardown(() => peer.stop())
  const outcome = await exchangeUdp(request, peer.address, { timeoutMs: 5000 })
  t.ok(outcome.equals(answer))
  t.equal(peer.received.length, 2)
})

t.test('a long request goes out in fragments', async (t) => {
  const longRequest = requestOf(77, 1000)
  const peer = await startUdpPeer((_datagram, send, count) => {
    if (count === 3) send(answer)
  })
  t.teardown(() => peer.stop())
  await exchangeUdp(longRequest, peer.address, { timeoutMs: 5000 })
  t.equal(peer.received.length, 3)
  t.ok(peer.received.every((datagram) => datagram.length <= 512))
})

t.test('a closed port is heard of at once', async (t) => {
  const peer = await startUdpPeer(() => undefined)
  await peer.stop()
  const exchange = exchangeUdp(request, peer.address, { timeoutMs: 5000 })
  await t.rejects(exchange, { reason: 'unreachable', message: /ECONNREFUSED/ })
})

t.test('a flood is given up', async (t) => {
  const peer = await startUdpPeer((_datagram, send) => {
    const timer = setInterval(() => {
      for (let i = 0; i < 50; i++) send(messageOf(78, 1, Buffer.alloc(0)))
    }, 1)
    t.teardown(() => { clearInterval(timer) })
  })
  t.teardown(() => peer.stop())
  const exchange = exchangeUdp(request, peer.address, { timeoutMs: 20_000 })
  await t.rejects(exchange, { message: /sends datagrams that make no answer/ })
})

t.test('IPv6', async (t) => {
  const peer = await startUdpPeer((_datagram, send) => { send(answer) }, '::1').catch(() => null)
  if (peer === null) {
    t.comment('this machine has no IPv6 loopback')
    return
  }
  t.teardown(() => peer.stop())
  t.ok((await exchangeUdp(request, peer.address, { timeoutMs: 5000 })).equals(answer))
})
