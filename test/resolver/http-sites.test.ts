import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { HostPort } from '../../src/lib/host-port.ts'
import { loadConfig } from '../../src/node/config.ts'
import { startNode } from '../../src/node/node.ts'
import { ownTlsFiles, renewOwnCertificate } from '../../src/node/own-certificate.ts'
import { loadTlsPair } from '../../src/node/tls-files.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { createValue } from '../../src/record/value.ts'
import { decodeSite, encodeSite, type SiteProtocol } from '../../src/record/site.ts'
import { NATIVE_MEDIA_TYPE, OFFSET } from '../../src/wire/layout.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { listenHttp, messageOf, withInt32 } from '../client/peers.ts'
import {
  ask, createRecursive, type RecursiveOptions, rootAt, siteData, startHierarchy,
} from '../support/hierarchy.ts'

const value = createValue(1, 'URL', 'https://a.example')

async function setting(
  t: Test, address: HostPort, protocol: SiteProtocol, options: RecursiveOptions = {},
  site = siteData(address, [protocol]),
) {
  const nodes = await startHierarchy()
  nodes.secondary.store.put('0.NA/88.118.7', [
    createValue(1, 'HS_SITE', site),
  ])
  const node = createRecursive([rootAt(nodes.top.address)], options)
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  return node
}

t.test('a node that offers HTTP only is asked through the tunnel', async (t) => {
  const node = await startNode(loadConfig({
    flags: { data: t.testdir(), workers: '0', http: '127.0.0.1:0', native: '127.0.0.1:0' },
    env: {}, file: '/nonexistent.toml',
  }), { logger: pino({ level: 'silent' }) })
  t.teardown(() => node.stop())
  node.registry.execute([
    { operation: 'home', prefix: '88.118.7' },
    {
      operation: 'put', key: keyOf('88.118.7/P1'), name: '88.118.7/P1',
      block: encodeValues([value]),
    },
  ], 'test')
  const asker = await setting(t, node.httpAddress, 'http')
  t.match(await asker.resolve(ask('88.118.7/P1')), { kind: 'found' })
  t.match(await asker.resolve(ask('88.118.7/NONE')), { kind: 'absent' })
  t.equal(node.counters()['native_tunnel_requests_total'], 2)
})

/** A server with a JSON API and no tunnel. */
const jsonApi = (seen: string[]): RequestListener => (request, response) => {
  seen.push(`${request.method} ${request.url}`)
  if (request.method !== 'GET') response.writeHead(404).end('no such page')
  else if (request.url?.includes('P1') === true) {
    response.end(JSON.stringify({
      responseCode: 1, handle: '88.118.7/P1', values: [formatValue(value)],
    }))
  } else if (request.url?.includes('OTHER') === true) {
    response.end(JSON.stringify({
      responseCode: 1, handle: '88.118.7/P1', values: [formatValue(value)],
    }))
  } else if (request.url?.includes('REDIRECT') === true) {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
  } else response.writeHead(404).end('{"responseCode":100}')
}

t.test('a server without a tunnel is asked by its JSON API', async (t) => {
  const seen: string[] = []
  const asker = await setting(t, await listenHttp(t, createServer(jsonApi(seen))), 'http')
  t.match(await asker.resolve(ask('88.118.7/P1')), { kind: 'found' })
  t.match(await asker.resolve(ask('88.118.7/NONE')), { kind: 'absent' })
  t.match(await asker.resolve(ask('88.118.7/OTHER')), { kind: 'failed' }, 'about another name')
  t.match(await asker.resolve(ask('88.118.7/REDIRECT')), { kind: 'failed' }, 'goes nowhere else')
  t.equal(seen.filter((one) => one.startsWith('POST')).length, 1, 'the tunnel is tried once')
  t.match(seen[1], 'GET /api/handles/88.118.7%2FP1?publicOnly=true')
})

t.test('a tunnel that was down for a moment is found again', async (t) => {
  let down = true
  const address = await listenHttp(t, createServer((request, response) => {
    if (down || request.method !== 'POST') response.writeHead(down ? 502 : 404).end('sorry')
    else request.once('data', (question: Buffer) => {
      const id = question.readUInt32BE(OFFSET.requestId)
      response.writeHead(200, { 'content-type': NATIVE_MEDIA_TYPE })
      response.end(withInt32(messageOf(id, 100, Buffer.alloc(4)), OFFSET.expiration, -1))
    })
  }))
  const asker = await setting(t, address, 'http')
  t.match(await asker.resolve(ask('88.118.7/P1')), { kind: 'failed' })
  down = false
  t.match(await asker.resolve(ask('88.118.7/P2')), { kind: 'absent' })
})

t.test('HTTPS with a certificate that verifies', async (t) => {
  const files = ownTlsFiles(t.testdir())
  await renewOwnCertificate(files, '127.0.0.1', systemClock)
  const pair = loadTlsPair(files)
  const address = await listenHttp(t, createTlsServer(pair, jsonApi([])))
  const asker = await setting(t, address, 'https', { ca: pair.cert })
  t.match(await asker.resolve(ask('88.118.7/P1')), { kind: 'found' })
  t.equal(asker.counters.get('upstream_requests_https_total'), 1)
})

t.test('HTTPS with a certificate for the name in the site record', async (t) => {
  const files = ownTlsFiles(t.testdir())
  await renewOwnCertificate(files, 'node.example', systemClock)
  const pair = loadTlsPair(files)
  const address = await listenHttp(t, createTlsServer(pair, jsonApi([])))
  const site = decodeSite(siteData(address, ['https']))
  for (const [value, kind] of [['node.example', 'found'], ['other.example', 'failed']] as const) {
    const asker = await setting(t, address, 'https', { ca: pair.cert }, encodeSite({
      ...site, attributes: [{ name: 'domain', value }],
    }))
    t.match(await asker.resolve(ask('88.118.7/P1')), { kind }, value)
  }
})
