import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { UPSTREAM_COUNTERS } from '../../../src/client/counters.ts'
import { OFTEN_ASKED_COUNT } from '../../../src/client/limits.ts'
import { createOwnTarget, type Target } from '../../../src/client/upstream/targets.ts'
import { Upstream } from '../../../src/client/upstream/upstream.ts'
import type { WalkAnswer } from '../../../src/client/upstream/walk-question.ts'
import { type Clock, systemClock } from '../../../src/lib/clock.ts'
import { CounterTable } from '../../../src/lib/counters.ts'
import type { HostPort } from '../../../src/lib/host-port.ts'
import { encodePublicKey } from '../../../src/record/public-key.ts'
import { createValue } from '../../../src/record/value.ts'
import { signedInput } from '../../../src/wire/credential.ts'
import { digestRequest } from '../../../src/wire/digest.ts'
import { opFlags } from '../../../src/wire/flags.ts'
import { OFFSET, OP_FLAG } from '../../../src/wire/layout.ts'
import { decodeHeaderAndBody, decodePacket, encodeHeaderAndBody, encodePacket, type Packet } from
  '../../../src/wire/message.ts'
import { decodeValues } from '../../../src/wire/values.ts'
import { listenHttp, startTcpPeer, startUdpPeer } from '../peers.ts'

const NAME = '88.1/X'

function createUpstream(t: Test, signaturesDemanded = false, clock: Clock = systemClock) {
  const counters = CounterTable.create(UPSTREAM_COUNTERS)
  const upstream = new Upstream({ clock, counters, signaturesDemanded, ca: null })
  t.teardown(() => { upstream.stop() })
  const ask = (targets: readonly Target[], withinMs = 3000) =>
    upstream.ask(NAME, targets, {
      deadlineMs: clock.elapsedMs() + withinMs, recursionCount: 0, onHop: null,
    })
  return { counters, ask }
}

const udpTarget = ({ host, port }: HostPort): Target =>
  createOwnTarget(host, [{ protocol: 'udp', port }])

/** The answer that a right server gives, with the digest of its request. */
function answerTo(request: Buffer, url: string): Packet {
  const { envelope } = decodePacket(request)
  const asked = decodeHeaderAndBody(request.subarray(20))
  return {
    envelope,
    message: {
      opcode: 1, responseCode: 1, opFlags: opFlags('authoritative', 'returnDigest'),
      siteSerial: 1, recursionCount: 0, expiration: systemClock.nowSeconds() + 60,
      digest: digestRequest('sha256', asked),
      body: { kind: 'record', handle: NAME, values: [createValue(1, 'URL', url)] },
      credential: null,
    },
  }
}
const bytesOf = ({ envelope, message }: Packet): Buffer => encodePacket(envelope, message)

/** A server that answers after a while, or never. */
async function startServer(t: Test, name: string, afterMs: number | null, host = '127.0.0.1') {
  const peer = await startUdpPeer((request, send) => {
    if (afterMs === null) return
    setTimeout(() => { send(bytesOf(answerTo(request, name))) }, afterMs)
  }, host)
  t.teardown(() => peer.stop())
  return { peer, target: udpTarget(peer.address) }
}

/** A server's key as its site tells it, and the one it signs with. */
function createKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = publicKey.export({ format: 'jwk' })
  const keyBytes = encodePublicKey({
    algorithm: 'rsa',
    exponent: Buffer.from(jwk.e ?? '', 'base64url'),
    modulus: Buffer.from(jwk.n ?? '', 'base64url'),
  })
  return { keyBytes, privateKey }
}

const urlOf = ({ block }: WalkAnswer): string | undefined =>
  decodeValues(block)[0]?.data.toString()

t.test('one server is asked, and believed', async (t) => {
  const { ask, counters } = createUpstream(t)
  const { target } = await startServer(t, 'a', 0)
  const { target: other, peer } = await startServer(t, 'b', 0)
  t.equal(urlOf(await ask([target, other])), 'a')
  t.equal(peer.received.length, 0)
  t.equal(counters.get('upstream_hedges_total'), 0)
})

t.test('a late server is overtaken, and comes last from then on', async (t) => {
  const { ask, counters } = createUpstream(t)
  const { target: silent, peer } = await startServer(t, 'a', null)
  const { target: good } = await startServer(t, 'b', 0)
  const startedMs = systemClock.elapsedMs()
  t.equal(urlOf(await ask([silent, good])), 'b')
  t.ok(systemClock.elapsedMs() - startedMs < 1500, 'long before its timeout')
  t.equal(counters.get('upstream_hedges_total'), 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  const before = peer.received.length
  t.equal(urlOf(await ask([silent, good])), 'b')
  t.equal(peer.received.length, before)
})

t.test('an address family that leads nowhere costs a moment', async (t) => {
  const { ask } = createUpstream(t)
  const dead = createOwnTarget('::1', [{ protocol: 'udp', port: 9 }])
  const { target: good } = await startServer(t, 'v4', 0)
  t.equal(urlOf(await ask([dead, good])), 'v4')
  const six = await startServer(t, 'v6', 0, '::1').catch(() => null)
  if (six === null) return
  t.equal(urlOf(await ask([six.target, good])), 'v6')
})

t.test('a digest is asked for over UDP, and for a signature', async (t) => {
  const asked: string[] = []
  const note = (door: string, request: Buffer): void => {
    if ((request.readUInt32BE(OFFSET.opFlags) & OP_FLAG.returnDigest) !== 0) asked.push(door)
  }
  const udp = await startUdpPeer((request, send) => {
    note('udp', request)
    send(bytesOf(answerTo(request, 'udp')))
  })
  const tcp = await startTcpPeer((request, socket) => {
    note('tcp', request)
    socket.write(bytesOf(answerTo(request, 'tcp')))
  })
  t.teardown(() => Promise.all([udp.stop(), tcp.stop()]))
  const tcpTarget = createOwnTarget('127.0.0.1', [{ protocol: 'tcp', port: tcp.address.port }])
  const { ask } = createUpstream(t)
  t.equal(urlOf(await ask([tcpTarget])), 'tcp')
  t.same(asked, [])
  t.equal(urlOf(await ask([udpTarget(udp.address)])), 'udp')
  t.same(asked, ['udp'])
  const strict = createUpstream(t, true)
  const signing = { ...tcpTarget, publicKey: createKeys().keyBytes }
  await t.rejects(strict.ask([signing]), { message: /signature/ })
  t.same(asked, ['udp', 'tcp'])
})

t.test('UDP that is not answered gives way to TCP', async (t) => {
  const { ask, counters } = createUpstream(t)
  const tcp = await startTcpPeer((request, socket) => {
    socket.write(bytesOf(answerTo(request, 'tcp')))
  })
  t.teardown(() => tcp.stop())
  const silent = await startServer(t, 'udp', null)
  const target = createOwnTarget('127.0.0.1', [
    { protocol: 'udp', port: silent.peer.address.port },
    { protocol: 'tcp', port: tcp.address.port },
  ])
  t.equal(urlOf(await ask([target], 4000)), 'tcp')
  t.ok(silent.peer.received.length > 1, 'after it was sent again')
  t.equal(counters.get('upstream_requests_tcp_total'), 1)
})

t.test('a server that fails again and again is left alone, then tried again', async (t) => {
  const { ask, counters } = createUpstream(t)
  const dead = createOwnTarget('127.0.0.1', [{ protocol: 'tcp', port: 1 }])
  for (let i = 0; i < 5; i++) await t.rejects(ask([dead]), { message: /ECONNREFUSED/ })
  t.equal(counters.get('upstream_breakers_opened_total'), 1)
  const requests = counters.get('upstream_requests_tcp_total')
  await t.rejects(ask([dead]), { message: /left alone/ })
  t.equal(counters.get('upstream_requests_tcp_total'), requests)
  await new Promise((resolve) => setTimeout(resolve, 600))
  await t.rejects(ask([dead]), { message: /ECONNREFUSED/ }, 'half open: one tries')
})

t.test('the deadline is not exceeded', async (t) => {
  const { ask } = createUpstream(t)
  const servers = await Promise.all([1, 2, 3].map(() => startServer(t, 'x', null)))
  const startedMs = systemClock.elapsedMs()
  await t.rejects(ask(servers.map(({ target }) => target), 300), { message: /./ })
  t.ok(systemClock.elapsedMs() - startedMs < 1000)
  await t.rejects(ask([servers[0]!.target], 0), { message: /no time left/ })
  await t.rejects(ask([]), { message: 'there is no server to ask' })
})

t.test('signatures, where they are demanded and the key is known', async (t) => {
  const { keyBytes, privateKey } = createKeys()
  const signed = (request: Buffer, spoil: boolean): Buffer => {
    const { envelope, message } = answerTo(request, 'signed')
    const part = encodeHeaderAndBody(message)
    const input = signedInput(envelope, 0, part) ?? part
    const signature = sign('sha256', spoil ? Buffer.from('else') : input, privateKey)
    return bytesOf({
      envelope,
      message: {
        ...message,
        credential: {
          version: 0, options: 0, signerHandle: '', sessionCounter: 0, type: 'HS_SIGNED',
          hashAlgorithm: 'SHA-256', signature,
        },
      },
    })
  }
  const withKey = (address: HostPort, key = keyBytes): Target =>
    ({ ...udpTarget(address), publicKey: key })
  const good = await startUdpPeer((request, send) => { send(signed(request, false)) })
  const bad = await startUdpPeer((request, send) => { send(signed(request, true)) })
  const { peer: plain } = await startServer(t, 'plain', 0)
  t.teardown(() => Promise.all([good.stop(), bad.stop()]))
  const { ask } = createUpstream(t, true)
  t.equal(urlOf(await ask([withKey(good.address)])), 'signed')
  await t.rejects(ask([withKey(bad.address)]), { message: /signature/ })
  await t.rejects(ask([withKey(plain.address)]), { message: /signature/ })
  await t.rejects(ask([withKey(good.address, Buffer.from('no key'))]), { message: /signature/ })
  t.equal(urlOf(await ask([udpTarget(plain.address)])), 'plain', 'no key is known')
  const { ask: trusting } = createUpstream(t, false)
  t.equal(urlOf(await trusting([withKey(plain.address)])), 'plain', 'not demanded')
})

/** A server with both native doors; `closes` says whether TCP ends after one answer. */
async function startBoth(t: Test, closes: boolean) {
  const udp = await startUdpPeer((request, send) => { send(bytesOf(answerTo(request, 'udp'))) })
  const tcp = await startTcpPeer((request, socket) => {
    const answer = bytesOf(answerTo(request, 'tcp'))
    if (closes) socket.end(answer)
    else socket.write(answer)
  })
  t.teardown(() => Promise.all([udp.stop(), tcp.stop()]))
  const target = createOwnTarget('127.0.0.1', [
    { protocol: 'udp', port: udp.address.port }, { protocol: 'tcp', port: tcp.address.port },
  ])
  return { target, tcp }
}

t.test('a server that is asked often gets a connection, if it keeps one', async (t) => {
  // All of it within one second, however long it takes.
  const { ask, counters } = createUpstream(t, false, { ...systemClock, elapsedMs: () => 10_000 })
  const { target } = await startBoth(t, false)
  for (let i = 1; i < OFTEN_ASKED_COUNT; i++) t.equal(urlOf(await ask([target])), 'udp')
  for (let i = 0; i < 20; i++) t.equal(urlOf(await ask([target])), 'tcp')
  t.equal(counters.get('upstream_requests_tcp_total'), 20)

  const old = await startBoth(t, true)
  const seen = new Map<string | undefined, number>()
  for (let i = 0; i < 3 * OFTEN_ASKED_COUNT; i++) {
    const url = urlOf(await ask([old.target]))
    seen.set(url, (seen.get(url) ?? 0) + 1)
  }
  t.ok((seen.get('udp') ?? 0) >= 3 * OFTEN_ASKED_COUNT - 2, 'one that closes is left to UDP')

  const { target: { doors: [udp] } } = await startBoth(t, false)
  const half = createOwnTarget('127.0.0.1', [udp!, { protocol: 'tcp', port: 1 }])
  for (let i = 0; i < 2 * OFTEN_ASKED_COUNT; i++) t.equal(urlOf(await ask([half])), 'udp')
  t.equal(counters.get('upstream_failures_unreachable_total'), 1, 'a closed door is tried once')
})

t.test('many servers over HTTP end nothing that others wait for', async (t) => {
  const answers: (() => void)[] = []
  const server = createServer((request, response) => {
    if (request.method === 'POST') response.writeHead(404).end()
    else answers.push(() => { response.end('{"responseCode":100}') })
  })
  const { host, port } = await listenHttp(t, server)
  const { ask } = createUpstream(t)
  const slow = ask([createOwnTarget(host, [{ protocol: 'http', port }])], 20_000)
  while (answers.length === 0) await new Promise(setImmediate)
  await Promise.all(Array.from({ length: 1_001 }, (_, i) => {
    const target = createOwnTarget(`127.9.${i >> 8}.${i & 255}`, [{ protocol: 'http', port: 1 }])
    return t.rejects(ask([target], 20_000))
  }))
  answers[0]?.()
  t.match(await slow, { code: 100 })
})
