import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { fetchRecord } from '../../src/client/resolve.ts'
import { parseIdentifier } from '../../src/identifier/identifier.ts'
import { loadConfig } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'
import { decodeSite } from '../../src/record/site.ts'
import { formatSiteAddress } from '../../src/record/site-address.ts'
import { createValue } from '../../src/record/value.ts'
import { formatHostPort, type HostPort } from '../../src/lib/host-port.ts'
import { startUdpPeer } from '../client/peers.ts'
import { siteValue, startHierarchy } from '../support/hierarchy.ts'
import { askUdp, connectTcp, requestFor, responseCode } from '../support/native.ts'

/** A recursive node over a hierarchy of its own. */
async function startRecursive(t: Test, workers = '0') {
  const nodes = await startHierarchy()
  const data = mkdtempSync(join(tmpdir(), 'suibiao-'))
  const config = loadConfig({
    flags: {
      data, workers, http: '127.0.0.1:0', native: '127.0.0.1:0', role: 'recursive',
      root: formatHostPort(nodes.top.address), allowPrivateUpstreams: true,
    },
    env: {}, file: '/nonexistent.toml',
  })
  const node: RunningNode = await startNode(config, { logger: pino({ level: 'silent' }) })
  t.teardown(async () => {
    await node.stop()
    await nodes.stop()
    rmSync(data, { recursive: true })
  })
  const url = (path: string) => `http://${formatHostPort(node.httpAddress)}${path}`
  return { ...nodes, node, url }
}

const RECURSIVE = 0x11000000
const NOT_RECURSIVE = 0x01000000
const AUTHORITATIVE = 0x80000000

t.test('over UDP and TCP', async (t) => {
  const { node } = await startRecursive(t)
  const { port } = node.nativeAddress
  const [cold] = await askUdp(port, [requestFor('88.118.8/P1', { flags: RECURSIVE })], 1, 4000)
  t.ok(cold)
  t.equal(cold && responseCode(cold), 1)
  t.equal((cold?.readUInt32BE(28) ?? 0) & AUTHORITATIVE, 0, 'it does not claim to know by itself')
  const tcp = await connectTcp(port)
  for (const [i, name] of ['88.118.8/P1', '88.118.8/NONE', '0.NA/88.118.8', '77.1/X'].entries()) {
    tcp.socket.write(requestFor(name, { flags: RECURSIVE, requestId: i }))
  }
  await tcp.until(4)
  const inOrder = tcp.answers.toSorted((a, b) => a.readUInt32BE(8) - b.readUInt32BE(8))
  t.same(inOrder.map(responseCode), [1, 100, 1, 100])
  tcp.socket.destroy()
  const without = await askUdp(port, [requestFor('88.118.8/P1', { flags: NOT_RECURSIVE })], 1, 4000)
  t.same(without.map(responseCode), [301], 'without the flag: not here')
})

t.test('a client that only asks for the way: the site of a prefix, then its node', async (t) => {
  const { node, enterprise, url } = await startRecursive(t)
  const nodes = { recursive: node.nativeAddress, enterprise: enterprise.address }
  const askAt = (text: string, server: HostPort, types: string[]) =>
    fetchRecord(parseIdentifier(text)!, {
      server, transport: 'tcp', types, indexes: [], timeoutMs: 5_000,
    })
  for (const prefix of ['0.NA/88.118.8', '88.118.8', '0.na/88.118.8']) {
    const way = await askAt(prefix, nodes.recursive, ['HS_SITE'])
    t.match(way, { kind: 'found', values: [{ type: 'HS_SITE' }] }, prefix)
    const [server] = way.kind === 'found' ? decodeSite(way.values[0]!.data).servers : []
    const door = server!.interfaces.find(({ protocol }) => protocol === 'tcp')
    const there = { host: formatSiteAddress(server!.address), port: door!.port }
    t.same(there, nodes.enterprise, 'its address and first TCP door')
    const asked = enterprise.asked()
    t.match(await askAt('88.118.8/P1', there, []), { kind: 'found', values: [{}, {}] })
    t.match(await askAt('88.118.8/NONE', there, []), { kind: 'absent' })
    t.equal(enterprise.asked(), asked + 2)
  }
  const json = await fetch(url('/api/handles/0.NA/88.118.8?type=HS_SITE'))
  t.match(await json.json(), { responseCode: 1, values: [{ data: { format: 'site' } }] })
})

t.test('over TCP nobody waits behind a name that is slow to find', async (t) => {
  const { node, secondary } = await startRecursive(t)
  const silent = await startUdpPeer(() => undefined)
  t.teardown(() => silent.stop())
  secondary.store.put('0.NA/88.118.66', [siteValue(silent.address)])
  const tcp = await connectTcp(node.nativeAddress.port)
  tcp.socket.write(Buffer.concat([
    requestFor('88.118.66/SLOW', { flags: RECURSIVE, requestId: 7 }),
    requestFor('88.118.8/P1', { flags: RECURSIVE, requestId: 8 }),
    requestFor('88.118.8/NONE', { flags: RECURSIVE, requestId: 9 }),
  ]))
  tcp.socket.end()
  await tcp.until(3)
  t.same(tcp.answers.map((answer) => answer.readUInt32BE(8)), [8, 9, 7])
  t.same(tcp.answers.map(responseCode), [1, 100, 2])
  await tcp.closed
})

t.test('over HTTP', async (t) => {
  const { url, enterprise } = await startRecursive(t)
  enterprise.store.put('88.118.8/GO', [createValue(1, 'URL', 'https://a.example/go')])
  const found = await fetch(url('/api/handles/88.118.8/P1'))
  t.equal(found.status, 200)
  t.equal(found.headers.get('warning'), null)
  t.match(await found.json(), { responseCode: 1, handle: '88.118.8/P1', values: [{}, {}] })
  t.equal((await fetch(url('/api/handles/88.118.8/NONE'))).status, 404)
  const redirect = await fetch(url('/88.118.8/GO'), { redirect: 'manual' })
  t.equal(redirect.status, 302)
  t.equal(redirect.headers.get('location'), 'https://a.example/go')
  const batch = await fetch(url('/v1/resolve'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handles: ['88.118.8/P1', '88.118.8/NEVER', '88.118.8/GO'] }),
  })
  const { results } = await batch.json() as { results: { responseCode: number }[] }
  t.same(results.map(({ responseCode: code }) => code), [1, 100, 1])
})

t.test('in threads, and what is counted', async (t) => {
  const { node, url, top, secondary, enterprise } = await startRecursive(t, '1')
  t.equal((await fetch(url('/api/handles/88.118.8/P1'))).status, 200)
  const counters = node.counters()
  t.equal(counters['recursion_walks_total'], 2)
  t.equal(counters['upstream_requests_udp_total'], 3)
  await Promise.all([top.stop(), secondary.stop(), enterprise.stop()])
  t.equal((await fetch(url('/api/handles/88.118.8/P1'))).status, 200, 'from memory')
  const failed = await fetch(url('/api/handles/88.118.8/P2'))
  t.equal(failed.status, 500)
  t.match(await failed.json(), { responseCode: 2, message: /could not be asked; it may exist/ })
})
