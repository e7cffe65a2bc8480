import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { ByteWriter } from '../../src/lib/bytes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { HostPort } from '../../src/lib/host-port.ts'
import { ownTlsFiles, renewOwnCertificate } from '../../src/node/own-certificate.ts'
import { loadTlsPair } from '../../src/node/tls-files.ts'
import { decodeSite, encodeSite, type SiteProtocol } from '../../src/record/site.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import type { RecursionSettings } from '../../src/resolver/recursive-resolver.ts'
import { NATIVE_MEDIA_TYPE, OFFSET, OP_FLAG } from '../../src/wire/layout.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { listenHttp, messageOf, startTcpPeer, startUdpPeer, withInt32 } from '../client/peers.ts'
import { ask, createRecursive, rootAt, siteData, startHierarchy } from '../support/hierarchy.ts'

const TIMEOUT_MS = 1500

/** A good hierarchy, and below it a prefix, each time another, whose site is a bad server. */
async function setting(t: Test, rest: Partial<RecursionSettings> = {}) {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)], { timeoutMs: TIMEOUT_MS, ...rest })
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  let asked = 0
  let prefix = 100
  const bad = (suffix: string | number): string => `88.118.${prefix}/${suffix}`
  const putPrefix = (value: HandleValue): void => {
    prefix++
    nodes.secondary.store.put(`0.NA/88.118.${prefix}`, [value])
  }
  const putSite = (address: HostPort, protocols: readonly SiteProtocol[]): void => {
    putPrefix(createValue(1, 'HS_SITE', siteData(address, protocols)))
  }
  /** The bad prefix's names fail in time, as failures, and nobody else's do. */
  const assertHarmless = async (reason?: RegExp): Promise<void> => {
    const startedMs = performance.now()
    const query = ask(bad(asked++))
    const trace = await node.resolver.trace(query)
    t.equal(trace.kind, 'failed', trace.outcome)
    t.ok(performance.now() - startedMs < TIMEOUT_MS * 3, 'in time')
    if (reason !== undefined) t.match(JSON.stringify(trace.steps), reason)
    t.match(node.resolver.lookup(query), { kind: 'failed' }, 'remembered as a failure')
    nodes.enterprise.store.put(`88.118.8/N${asked}`, [createValue(1, 'URL', 'ok')])
    t.match(await node.resolve(ask(`88.118.8/N${asked}`)), { kind: 'found' }, 'others unharmed')
  }
  return { ...nodes, node, bad, putPrefix, putSite, assertHarmless }
}

const found = (request: Buffer, name: string): Buffer =>
  messageOf(request.readUInt32BE(OFFSET.requestId), 1, Buffer.concat([
    new ByteWriter().text(name).finish(), encodeValues([createValue(1, 'URL', 'false')]),
  ]))
const nameIn = (request: Buffer): string => {
  const length = request.readInt32BE(OFFSET.body)
  return request.toString('utf8', OFFSET.body + 4, OFFSET.body + 4 + length)
}
/** Unexpired, as `messageOf` leaves it zero. */
const fresh = (answer: Buffer): Buffer => withInt32(answer, OFFSET.expiration, -1)

t.test('answers that are wrong, over UDP and TCP', async (t) => {
  const { putSite, assertHarmless } = await setting(t)
  const cases: [what: string, answer: (request: Buffer) => Buffer, reason: RegExp][] = [
    ['about another name', (request) => fresh(found(request, '88.118.1/OTHER')),
      /another identifier/],
    ['that has expired', (request) => found(request, nameIn(request)), /expired/],
    ['with no sense in it', (request) => fresh(messageOf(
      request.readUInt32BE(OFFSET.requestId), 1, Buffer.alloc(40, 0xff))), /can't be trusted/],
    ['with the digest of another request', (request) => withInt32(fresh(messageOf(
      request.readUInt32BE(OFFSET.requestId), 100,
      Buffer.concat([Buffer.of(3), Buffer.alloc(32), Buffer.alloc(4)]))),
    OFFSET.opFlags, OP_FLAG.returnDigest), /another request/],
    ['to be continued without end', (request) => withInt32(
      fresh(found(request, nameIn(request))), OFFSET.opFlags, OP_FLAG.continuous), /continued/],
    ['of a site that is too busy', (request) => fresh(messageOf(
      request.readUInt32BE(OFFSET.requestId), 3, Buffer.alloc(4))), /code 3/],
    ['not homed', (request) => fresh(messageOf(
      request.readUInt32BE(OFFSET.requestId), 301, Buffer.alloc(4))), /not homed/],
  ]
  for (const [what, answer, reason] of cases) {
    t.comment(what)
    const udp = await startUdpPeer((request, send) => { send(answer(request)) })
    putSite(udp.address, ['udp'])
    await assertHarmless(reason)
    await udp.stop()
  }
  const tcp = await startTcpPeer((request, socket) => {
    socket.write(fresh(found(request, '88.118.1/OTHER')))
  })
  putSite(tcp.address, ['tcp'])
  await assertHarmless()
  await tcp.stop()
})

t.test('streams that never make an answer', async (t) => {
  const { putSite, assertHarmless } = await setting(t)
  const drip = (socket: Socket, bytes: Buffer): void => {
    let at = 0
    const timer = setInterval(() => { socket.write(bytes.subarray(at, ++at)) }, 20)
    socket.on('close', () => { clearInterval(timer) })
  }
  const cases: [what: string, behave: (request: Buffer, socket: Socket) => void][] = [
    ['silence', () => undefined],
    ['a slow drip', (request, socket) => { drip(socket, found(request, nameIn(request))) }],
    ['an oversize frame', (request, socket) => {
      socket.write(withInt32(found(request, 'x'), OFFSET.messageLength, 0x7fffffff))
    }],
    ['wrong ids without end', (request, socket) => {
      const other = withInt32(found(request, nameIn(request)), OFFSET.requestId, 7)
      socket.write(Buffer.concat(Array.from({ length: 500 }, () => other)))
    }],
    ['a close', (_request, socket) => { socket.destroy() }],
    ['something else', (_request, socket) => { socket.write('HTTP/1.1 200 OK\r\n\r\nhello') }],
  ]
  for (const [what, behave] of cases) {
    t.comment(what)
    const peer = await startTcpPeer(behave)
    putSite(peer.address, ['tcp'])
    await assertHarmless()
    await peer.stop()
  }
})

t.test('datagrams from others, and ids that are guessed', async (t) => {
  const { node, bad, putSite, assertHarmless } = await setting(t)
  const ids = new Set<number>()
  const udp = await startUdpPeer((request, send) => {
    ids.add(request.readUInt32BE(OFFSET.requestId))
    // Floods of answers with other ids: none of them is taken.
    for (let i = 1; i < 50; i++) {
      const id = request.readUInt32BE(OFFSET.requestId) ^ i
      send(withInt32(fresh(found(request, nameIn(request))), OFFSET.requestId, id))
    }
  })
  t.teardown(() => udp.stop())
  putSite(udp.address, ['udp'])
  await assertHarmless()
  for (let i = 0; i < 20; i++) {
    void node.resolver.recurse(ask(bad(`P${i}`)))
  }
  await node.resolver.recurse(ask(bad('LAST')))
  const sorted = [...ids].sort((a, b) => a - b)
  t.ok(ids.size >= 20, 'each question has an id of its own')
  t.ok(sorted.every((id, i) => id - (sorted[i - 1] ?? -2) !== 1), 'that does not count up')
})

t.test('referrals that lead round, or nowhere', async (t) => {
  const { putPrefix, putSite, assertHarmless, secondary } = await setting(t)
  const ring: { address?: HostPort } = {}
  let count = 0
  const refer = (request: Buffer, address: HostPort): Buffer => {
    const values = encodeValues([createValue(1, 'HS_SITE', siteData(address, ['udp']))])
    return fresh(messageOf(
      request.readUInt32BE(OFFSET.requestId), 303, Buffer.concat([Buffer.alloc(4), values])))
  }
  const peer = await startUdpPeer((request, send) => {
    count++
    send(refer(request, ring.address ?? secondary.address))
  })
  t.teardown(() => peer.stop())
  ring.address = peer.address
  putSite(peer.address, ['udp'])
  await assertHarmless()
  t.ok(count < 12, `${count} questions`)
  putPrefix(createValue(1, 'HS_SERV', '88.118.102/SELF'))
  await assertHarmless()
  putPrefix(createValue(1, 'DESC', 'no site at all'))
  await assertHarmless()
  putPrefix(createValue(1, 'HS_SITE', Buffer.from('broken')))
  await assertHarmless()
})

t.test('a site record may not lead into the operator\'s network', async (t) => {
  let knocked = 0
  const inside = await startUdpPeer(() => { knocked++ })
  t.teardown(() => inside.stop())
  const { node, bad, putSite } = await setting(t, { allowPrivate: false })
  putSite(inside.address, ['udp'])
  // The root is the operator's own word; the site it names is not.
  const outcome = await node.resolver.recurse(ask(bad('X')))
  t.match(outcome, { kind: 'failed', reason: 'upstream' })
  t.equal(knocked, 0)
  t.ok(node.counters.get('upstream_addresses_refused_total') > 0)
})

t.test('HTTP that makes no answer', async (t) => {
  const { putSite, assertHarmless } = await setting(t)
  const dripping = (response: ServerResponse): void => {
    const timer = setInterval(() => { response.write('{') }, 20)
    response.on('close', () => { clearInterval(timer) })
  }
  const flooding = (response: ServerResponse): void => {
    const piece = Buffer.alloc(65_536, ' ')
    const write = (): void => {
      while (!response.destroyed && response.write(piece));
      response.once('drain', write)
    }
    write()
  }
  const json = (body: unknown) => (response: ServerResponse): void => {
    response.end(JSON.stringify(body))
  }
  const values = [formatValue(createValue(1, 'URL', 'false'))]
  const cases: [what: string, behave: (response: ServerResponse) => void, reason: RegExp][] = [
    ['silence', () => undefined, /in time|within/],
    ['a body without end, slowly', dripping, /in time|within/],
    ['a body without end, quickly', flooding, /longer than/],
    ['a head without end', (response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`)
    }, /no HTTP|broke off/],
    ['no HTTP', (response) => { response.socket?.end('SSH-2.0-x\r\n') }, /no HTTP/],
    ['nothing', (response) => { response.end() }, /no JSON/],
    ['a message cut short', (response) => {
      response.setHeader('content-type', NATIVE_MEDIA_TYPE).end('short')
    }, /can't be trusted/],
    ['another name', json({ responseCode: 1, handle: '88.118.1/OTHER', values }), /another/],
    ['no name', json({ responseCode: 1, values }), /another/],
    ['no values', json({ responseCode: 1, handle: '88.118.1/OTHER' }), /can't be read/],
    ['a code in words', json({ responseCode: '1', values }), /no JSON/],
  ]
  for (const [what, behave, reason] of cases) {
    t.comment(what)
    const server = createHttpServer((request, response) => {
      request.resume()
      behave(response)
    })
    putSite(await listenHttp(t, server), ['http'])
    await assertHarmless(reason)
    server.closeAllConnections()
  }
})

t.test('a site of more servers, and a prefix of more sites, than anyone has', async (t) => {
  const { secondary, putPrefix, assertHarmless, bad, node } = await setting(t)
  const silent = await startUdpPeer(() => undefined)
  t.teardown(() => silent.stop())
  const site = decodeSite(siteData(silent.address, ['udp']))
  const servers = Array.from({ length: 1000 }, () => site.servers).flat()
  putPrefix(createValue(1, 'HS_SITE', encodeSite({ ...site, servers })))
  await assertHarmless()
  putPrefix(createValue(1, 'DESC', 'of many sites'))
  const [prefix = ''] = bad('').split('/')
  secondary.store.put(`0.NA/${prefix}`, Array.from({ length: 200 }, (_, i) => {
    const data = siteData({ ...silent.address, host: `127.0.1.${i + 1}` }, ['udp', 'tcp'])
    return createValue(i + 1, 'HS_SITE', data)
  }))
  const before = node.counters.get('upstream_requests_udp_total')
  await assertHarmless()
  t.ok(node.counters.get('upstream_requests_udp_total') - before < 10, 'few of them are asked')
})

t.test('the name in a site record leads nowhere but to its address', async (t) => {
  const { putPrefix, assertHarmless } = await setting(t)
  let knocked = 0
  const inside = createHttpServer((_request, response) => {
    knocked++
    response.end('{"responseCode":100}')
  })
  const { port } = await listenHttp(t, inside)
  const site = decodeSite(siteData({ host: '127.0.0.2', port }, ['http']))
  for (const value of ['127.0.0.1', '2130706433', 'localhost', 'a@127.0.0.1', '127.0.0.1:1/x']) {
    const attributes = [{ name: 'domain', value }]
    putPrefix(createValue(1, 'HS_SITE', encodeSite({ ...site, attributes })))
    await assertHarmless()
    t.equal(knocked, 0, value)
  }
})

t.test('TLS that does not verify', async (t) => {
  const { node, putSite, assertHarmless } = await setting(t)
  const files = ownTlsFiles(t.testdir())
  await renewOwnCertificate(files, '127.0.0.1', systemClock)
  const pair = loadTlsPair(files)
  let requests = 0
  const server = createServer(pair, (_request, response) => {
    requests++
    response.end('{"responseCode":1,"values":[]}')
  })
  putSite(await listenHttp(t, server), ['https'])
  await assertHarmless(/does not verify/)
  t.equal(requests, 0, 'nothing was asked of it')
  t.ok(node.counters.get('upstream_failures_unverified_total') > 0)
})

t.test('a false record about a good server spoils nothing but itself', async (t) => {
  const { node, bad, enterprise, putSite, assertHarmless } = await setting(t)
  putSite(enterprise.address, ['udp', 'tcp'])
  for (let i = 0; i < 10; i++) await node.resolver.recurse(ask(bad(`Y${i}`)))
  await assertHarmless()
  t.equal(node.counters.get('upstream_breakers_opened_total'), 0)
})
