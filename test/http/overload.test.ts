import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { connect as connectSecure } from 'node:tls'
import t from 'tap'
import { CounterTable } from '../../src/lib/counters.ts'
import { isRefusable } from '../../src/http/busy.ts'
import { SpareConnections } from '../../src/http/spare-connections.ts'
import { createValue } from '../../src/record/value.ts'
import { startHttp } from '../support/http.ts'
import { createClientCertificate } from '../support/https.ts'
import { exchangeRaw } from '../support/raw-http.ts'

t.test('who watches and who changes is never told to come again', async (t) => {
  const cases: [method: string, url: string, refusable: boolean][] = [
    ['GET', '/healthz', false],
    ['HEAD', '/readyz?x', false],
    ['GET', '/metrics', false],
    ['GET', '/api/handles/88.1/A', true],
    ['GET', '/healthzz', true],
    ['POST', '/api/handles/88.1/A', true],
    ['POST', '/v1/resolve', true],
    ['PUT', '/api/handles/88.1/A', false],
    ['DELETE', '/api/handles/88.1/A', false],
    ['POST', '/api/sessions', false],
    ['POST', '/', false],
  ]
  for (const [method, url, refusable] of cases) {
    t.equal(isRefusable({ method, url }), refusable, `${method} ${url}`)
  }
})

const countOf = (text: string, status: number): number =>
  text.split(`HTTP/1.1 ${status} `).length - 1

t.test('asked for far more than a turn can hold: some, busy, and nothing lost', async (t) => {
  const { node, ask, put, counted } = await startHttp(t, { workers: 1 })
  const { port } = node.httpAddress
  put('88.118.8/P1', [createValue(1, 'URL', 'x')])
  await ask('/api/handles/88.118.8/P1')
  const each = 3_000
  // Absent names: each has to be looked up, so that none is answered from memory.
  const burst = Array.from({ length: each }, (_unused, i) =>
    `GET /api/handles/88.118.8/NONE${i} HTTP/1.1\r\nHost: x\r\n\r\n`).join('')
  let running = true
  const answers = await Promise.all(Array.from({ length: 12 }, async () => {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => { text += chunk })
    socket.write(burst)
    while (countOf(text, 404) + countOf(text, 503) < each) await delay(20)
    socket.destroy()
    return text
  }).concat((async () => {
    // Meanwhile: health, changes and answers from memory.
    const seen: number[] = []
    while (running) {
      seen.push((await ask('/healthz')).status)
      seen.push((await ask('/api/handles/88.118.8/P1', { method: 'DELETE' })).status)
      seen.push((await ask('/api/handles/88.118.8/P1')).status)
      if (seen.length > 6) running = false
    }
    t.notOk(seen.includes(503), seen.join())
    return ''
  })()))
  const done = answers.reduce((sum, text) => sum + countOf(text, 404), 0)
  const refused = answers.reduce((sum, text) => sum + countOf(text, 503), 0)
  t.ok(done > 0)
  t.ok(refused > 0, `${refused} of ${done + refused}`)
  t.equal(counted('http_refused_busy_total'), refused)
  const busy = answers.find((text) => text.includes(' 503 ')) ?? ''
  const first = busy.slice(busy.indexOf('HTTP/1.1 503'))
  t.match(first, /^HTTP\/1.1 503 Service Unavailable\r\n/)
  t.match(first.slice(0, 400), /\r\nretry-after: 1\r\n/)
  t.match(first.slice(0, 400), /\r\n\r\n\{"responseCode":3,"message":"The node is busy/)
  t.equal((await ask('/api/handles/88.118.8/NONE')).status, 404, 'calm again')
})

for (const secure of [false, true]) {
  t.test(`the last connections are for who watches and changes, TLS: ${secure}`, async (t) => {
    const counters = CounterTable.create(['dropped'])
    const spare = new SpareConnections(2, 1, counters.tally('dropped'))
    const listener: RequestListener = (request, response) => {
      response.end(String(spare.has(request)))
    }
    const server = secure
      ? createSecureServer(createClientCertificate({ CN: 'localhost' }), listener)
      : createServer(listener)
    spare.watch(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    const { port } = server.address() as AddressInfo
    const hold = async (): Promise<Socket> => {
      const socket = secure
        ? connectSecure({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : connect(port, '127.0.0.1')
      await once(socket, secure ? 'secureConnect' : 'connect')
      return socket
    }
    const ask = () => exchangeRaw(port, ['GET / HTTP/1.1\r\nHost: x\r\n\r\n'], { secure })
    const held = [await hold(), await hold()]
    await delay(50)
    t.equal((await ask()).answers[0]?.body, 'true')
    // The server has to see the other one go first.
    await delay(50)
    held.push(await hold())
    await delay(50)
    t.same(await ask(), { answers: [], closed: true })
    t.equal(counters.get('dropped'), 1)
    for (const socket of held) socket.destroy()
    await delay(50)
    t.equal((await ask()).answers[0]?.body, 'false')
  })
}
