import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { fetchRecord, type Transport } from '../../src/client/resolve.ts'
import type { Identifier } from '../../src/identifier/identifier.ts'
import type { HostPort } from '../../src/lib/host-port.ts'
import { ByteWriter } from '../../src/lib/bytes.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { createValue } from '../../src/record/value.ts'
import { CODE, OFFSET } from '../../src/wire/layout.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { listenHttp, messageOf, startTcpPeer, startUdpPeer } from './peers.ts'

const identifier = '88.118.8/P 1?#%' as Identifier
const value = createValue(1, 'URL', 'https://node.example/1', { permissions: 0b0110 })
const found = Buffer.concat([
  new ByteWriter().text(identifier).finish(), encodeValues([value]),
])

const ask = (server: HostPort, transport: Transport, timeoutMs = 5000) =>
  fetchRecord(identifier, { server, transport, types: ['URL'], indexes: [1], timeoutMs })

t.test('native answers become outcomes', async (t) => {
  const cases: [number, Buffer, object][] = [
    [CODE.success, found, { kind: 'found', values: [value] }],
    [CODE.handleNotFound, Buffer.alloc(4), { kind: 'absent' }],
    [CODE.valuesNotFound, Buffer.alloc(4), { kind: 'no-values' }],
    [CODE.notResponsible, Buffer.alloc(4), { kind: 'not-homed' }],
    [CODE.authenticationNeeded, Buffer.alloc(8), { kind: 'restricted' }],
    [CODE.busy, Buffer.alloc(4), { kind: 'failed', reason: 'busy' }],
    [CODE.error, Buffer.alloc(4), { kind: 'failed', reason: 'refused' }],
    [CODE.success, Buffer.alloc(4), { kind: 'failed', reason: 'malformed' }],
  ]
  for (const [code, body, expected] of cases) {
    const answerTo = (request: Buffer): Buffer =>
      messageOf(request.readUInt32BE(OFFSET.requestId), code, body)
    const udp = await startUdpPeer((request, send) => { send(answerTo(request)) })
    const tcp = await startTcpPeer((request, socket) => { socket.write(answerTo(request)) })
    t.match(await ask(udp.address, 'udp'), expected)
    t.match(await ask(tcp.address, 'tcp'), expected)
    await Promise.all([udp.stop(), tcp.stop()])
  }
})

async function startHttpPeer(
  t: Test, answer: (url: string) => [number, string] | 'silence',
): Promise<HostPort> {
  const server = createServer((request, response) => {
    const answered = answer(request.url ?? '')
    if (answered !== 'silence') response.writeHead(answered[0]).end(answered[1])
  })
  return await listenHttp(t, server)
}

t.test('HTTP answers become outcomes', async (t) => {
  const json = (body: object): string => JSON.stringify(body)
  const values = [formatValue(value)]
  const cases: [number, string, object][] = [
    [200, json({ responseCode: 1, values }), { kind: 'found', values: [value] }],
    [404, json({ responseCode: 100 }), { kind: 'absent' }],
    [200, json({ responseCode: 200, values: [] }), { kind: 'no-values' }],
    [400, json({ responseCode: 301 }), { kind: 'not-homed' }],
    [300, json({ responseCode: 303, values }), { kind: 'referral', to: 'prefix' }],
    [500, json({ responseCode: 2, message: 'a\u001b[1mb' }), { message: /code 2: a \[1mb$/ }],
    [404, '<html>not found</html>', { kind: 'failed', reason: 'malformed' }],
    [200, '{"responseCode":1}', { kind: 'failed', reason: 'malformed' }],
    [200, '[1]', { kind: 'failed', reason: 'malformed' }],
    [200, `"${'x'.repeat(5_000_000)}"`, { kind: 'failed', reason: 'malformed' }],
  ]
  for (const [status, body, expected] of cases) {
    const urls: string[] = []
    const server = await startHttpPeer(t, (url) => {
      urls.push(url)
      return [status, body]
    })
    t.match(await ask(server, 'http'), expected)
    t.strictSame(urls, ['/api/handles/88.118.8%2FP%201%3F%23%25?type=URL&index=1'])
  }
})

t.test('HTTP peers that give no answer', async (t) => {
  const silent = await startHttpPeer(t, () => 'silence')
  t.match(await ask(silent, 'http', 200), { kind: 'failed', reason: 'timeout' })
  const talker = await startTcpPeer((_chunk, socket) => { socket.write('hello\r\n\r\n') })
  t.teardown(() => talker.stop())
  t.match(await ask(talker.address, 'http'), { kind: 'failed', reason: 'malformed' })
  const closer = await startTcpPeer((_chunk, socket) => { socket.end() })
  t.teardown(() => closer.stop())
  t.match(await ask(closer.address, 'http'), { kind: 'failed', reason: 'closed' })
  t.match(await ask({ host: '127.0.0.1', port: 1 }, 'http'), {
    kind: 'failed', reason: 'unreachable',
  })
})
