import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { HitPath } from '../../src/http/hit.ts'
import { LESSON_COUNT_MAX } from '../../src/http/limits.ts'
import { RepeatReader } from '../../src/http/repeat-reader.ts'
import { createValue } from '../../src/record/value.ts'
import { startHttp } from '../support/http.ts'
import { createClientCertificate } from '../support/https.ts'
import { exchangeRaw, type RawExchange } from '../support/raw-http.ts'

/** How many answers Node's parser was not asked for. */
let repeated = 0
const original = HitPath.prototype.answerPlain
HitPath.prototype.answerPlain = function (url, socket) {
  const answered = original.call(this, url, socket)
  if (answered) repeated++
  return answered
}
t.teardown(() => { HitPath.prototype.answerPlain = original })

const reading = await startHttp(t)
/** A node that has Node's parser read everything: what it answers is what is right. */
const plain = await startHttp(t)
const { take } = RepeatReader.prototype
RepeatReader.prototype.take = function (request) {
  if (request.socket.localPort !== plain.node.httpAddress.port) take.call(this, request)
}
t.teardown(() => { RepeatReader.prototype.take = take })

const names = ['88.118.8/P1', '88.118.8/P2', '88.118.8/P%33', '88.118.8/%E9%83%A8'] as const
for (const node of [reading, plain]) {
  for (const name of names) node.put(decodeURIComponent(name), [
    createValue(1, 'URL', `https://a.example/${name}`, { ttl: 600 }),
    createValue(2, 'NAME', '减速器 é'),
  ])
  for (const name of names) await node.ask(`/api/handles/${name}`)
}

/** Each request is answered before the next one is sent. */
const IN_TURN_MS = 5_000
const get = (path: string, headers: readonly string[] = ['Host: x'], first = 'GET'): string =>
  [`${first} /api/handles/${path} HTTP/1.1`, ...headers, '', ''].join('\r\n')
const hit = get(names[0])
const last = get('88.118.8/NONE', ['Host: x', 'Connection: close'])
const body = (text: string): string => get(names[0], [`Content-Length: ${text.length}`,
  'Host: x'], 'POST') + text

/** Asks both nodes the same, byte for byte, and wants the same answers. */
const compare = async (
  pieces: readonly string[], count: number, waitMs = IN_TURN_MS,
): Promise<RawExchange> => {
  const [expected, seen] = await Promise.all([plain, reading].map(({ node }) =>
    exchangeRaw(node.httpAddress.port, pieces, { count, waitMs })))
  assert.deepEqual(seen, expected)
  return seen!
}

t.test('who repeats a head is answered as by the routes, header by header', async (t) => {
  const heads = [
    ['Host: x'], ['host: x', 'connection: keep-alive'], ['Host: x', 'Connection: Keep-Alive'],
    ['Host: x', 'User-Agent: y', 'Accept: */*', 'Accept-Encoding: gzip, br', 'X-Odd: é'],
  ]
  for (const headers of heads) {
    repeated = 0
    const asked = [...names, ...names].map((name) => get(name, headers))
    const { answers, closed } = await compare(asked, asked.length)
    t.same(answers.map((answer) => answer.status), asked.map(() => 200))
    t.equal(answers.at(-1)?.headers['keep-alive'], 'timeout=60')
    t.notOk(closed)
    t.equal(repeated, asked.length - 2, headers.join())
  }
  repeated = 0
  await compare([hit, hit, hit.repeat(40)], 42)
  t.equal(repeated, 40, 'many in one piece')
})

t.test('a miss, or a question that is the routes\', changes nothing', async (t) => {
  const others = [
    get('88.118.8/NONE'), get(names[1], ['Host: x', 'Origin: https://b.example']),
    get(names[1], ['Host: x', 'If-None-Match: *']), get('%'),
    get(names[1], ['Host: x', 'Authorization: Bearer x']),
  ]
  for (const other of others) {
    repeated = 0
    await compare([hit, hit, hit, other, hit, other, hit], 7)
    t.equal(repeated, 3, other)
  }
})

t.test('after anything but a whole request all is Node\'s', async (t) => {
  const others: [bytes: string, count: number][] = [
    [body(hit), 1],
    [`${get(names[0], ['Host: x', 'Transfer-Encoding: chunked'])}2\r\n{}\r\n0\r\n\r\n`, 1],
    [get(names[0], ['Host: x', 'Expect: 100-continue', 'Content-Length: 2']) + '{}', 2],
    [get(names[0], ['Host: x', 'Upgrade: h2c', 'Connection: Upgrade']), 1],
    [get(names[0], ['Host: x', 'Content-Length: 0']), 1],
    [get(names[0], ['Host:x']), 1], [get(names[0], ['Host: x', 'A: b\r\n c']), 1],
    [get(names[0], ['Host: x  ']), 1],
    [`\r\n${hit}`, 1], [hit.replace(' HTTP', '  HTTP'), 1], [`${get('88.118.8/NONE')}${hit}`, 2],
  ]
  for (const [bytes, count] of others) {
    repeated = 0
    await compare([hit, hit, hit, bytes, hit, hit], 5 + count)
    t.equal(repeated, 1, JSON.stringify(bytes))
  }
  repeated = 0
  await compare([hit, hit, hit, hit.slice(0, -1), '\n', hit], 5, 0)
  t.ok(repeated <= 1, 'in two pieces')
})

t.test('who asks to close, or for nothing, is told so and let go', async (t) => {
  const others = [
    get(names[0], ['Host: x', 'Connection: close']), get(names[0], ['X: y']),
    hit.replace('1.1', '1.0'), hit.replaceAll('\r\n', '\n'), hit.replace(' HTTP', '\r\nA: HTTP'),
    `${hit}x`,
    get(names[0], ['Host: x', 'A: b\nC: d']), get(names[0], ['Host: x', 'A : b']),
    get(names[0], ['Host: x', 'A: \0']), get(names[0], ['Host: x', 'Content-Length: +1']),
    get(names[0], ['Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked']),
  ]
  for (const other of others) {
    repeated = 0
    const { answers } = await compare([hit, hit, hit, other, hit], Infinity)
    t.ok(answers.length >= 4, JSON.stringify(other))
    t.ok(repeated <= 2)
  }
})

t.test('nothing is learnt while Node has a part of a request', async (t) => {
  const parts = [
    '\r', '\r\n', 'G', 'GET ', 'GET /x', 'GET /x HTTP/1.1\r\n', 'GET /x HTTP/1.1\r\nX: ',
    'GET /x HTTP/1.1\r\n ', 'GET /x HTTP/1.1\r\nX: y\r\n ', ' ', '\n',
    'GET /x HTTP/1.1\r\nHost: x\r\n\r\n\r\n',
    ...[1, 4, hit.length - 1, hit.length, hit.length + 1, 2 * hit.length].map((length) =>
      get(names[0], ['Host: x', `Content-Length: ${length}`], 'POST')),
    `${get(names[0], ['Host: x', 'Transfer-Encoding: chunked'])}${hit.length.toString(16)}\r\n`,
    `${get(names[0], ['Host: x', 'Transfer-Encoding: chunked'])}0\r\n`,
  ]
  await Promise.all(parts.flatMap((part) => [
    compare([hit + part, hit, hit, hit, last], Infinity, 15),
    compare([hit, part, hit, hit, hit, last], Infinity, 15),
  ]))
  t.pass(`${parts.length} parts, each before and after the first piece that is read here`)
})

t.test('who repeats no head is not listened to for long', async (t) => {
  const asked = (i: number): string => get(names[0], ['Host: x', `Traceparent: ${i}`])
  repeated = 0
  const changing = Array.from({ length: LESSON_COUNT_MAX + 1 }, (_unused, i) => asked(i))
  await compare([hit, ...changing, hit, hit], changing.length + 3)
  t.equal(repeated, 0)
  await compare([hit, ...changing.slice(2), hit, hit], LESSON_COUNT_MAX + 2)
  t.equal(repeated, 1)
})

t.test('whatever comes, in whatever pieces: the same answers', async (t) => {
  const head = fc.oneof(
    { weight: 5, arbitrary: fc.constant(['Host: x']) },
    { weight: 1, arbitrary: fc.constant(['host: x', 'connection: keep-alive']) },
  )
  const usual = fc.tuple(fc.constantFrom(...names, '88.118.8/NONE'), head)
    .map(([name, headers]) => get(name, headers))
  const odd = fc.constantFrom(
    body('{}'), body(hit), get('88.118.8/P1', ['Host: x', 'If-None-Match: *']),
    get('88.118.8/P1', ['Host: x', 'Transfer-Encoding: chunked']) + '5\r\nGET /\r\n0\r\n\r\n',
    get('88.118.8/P1', ['Host: x', 'Origin: https://b.example']), `\r\n${hit}`,
    get('88.118.8/P1', ['Host:x']), get('88.118.8/P1', ['Host: x', 'A: \tb ']),
    get('88.118.8/P1', ['Host: x', 'Connection: keep-alive']).replace('1.1', '1.0'),
  )
  const request = fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: odd })
  const step = fc.record({ request, isCut: fc.constantFrom(true, true, true, false) })
  const piecesOf = (
    steps: readonly { request: string, isCut: boolean }[], cuts: readonly number[],
  ): string[] => {
    const text = steps.map((one) => one.request).join('')
    const ends = steps.map((_one, i) =>
      steps.slice(0, i + 1).reduce((sum, one) => sum + one.request.length, 0))
    const at = new Set([0, text.length, ...ends.filter((_end, i) => steps[i]!.isCut),
      ...cuts.map((cut) => cut % text.length)])
    const sorted = [...at].sort((a, b) => a - b)
    return [...sorted.slice(1).map((end, i) => text.slice(sorted[i], end)), last]
  }
  repeated = 0
  await fc.assert(fc.asyncProperty(
    fc.array(step, { minLength: 2, maxLength: 10 }), fc.array(fc.nat(), { maxLength: 1 }),
    async (steps, cuts) => { await compare(piecesOf(steps, cuts), Infinity, 15) },
  ), { numRuns: 30 })
  t.ok(repeated > 0, `${repeated} were answered without Node's parser`)
})

interface Bare {
  readonly port: number
  /** How many requests were answered without Node's parser. */
  readonly answered: () => number
  readonly reader: RepeatReader
}

/** A bare server that knows one path, with limits that a test can wait for. */
const startBare = async (t: Test, body = 'x', secure = false): Promise<Bare> => {
  let answered = 0
  const answerPlain = (url: string, socket: Socket): boolean => {
    if (url !== '/known') return false
    answered++
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 'latin1')
    return true
  }
  const reader = new RepeatReader({ answerPlain })
  const options = {
    keepAliveTimeout: 100, keepAliveTimeoutBuffer: 0, headersTimeout: 200, requestTimeout: 200,
    connectionsCheckingInterval: 50,
  }
  const listener: RequestListener = (request, response) => {
    reader.note(request, response)
    if (request.url === '/later') setTimeout(() => response.end('later'), 30)
    else response.end('slow')
    reader.take(request)
  }
  const server = secure
    ? createSecureServer({ ...options, ...createClientCertificate({ CN: 'x' }) }, listener)
    : createServer(options, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, answered: () => answered, reader }
}
const known = 'GET /known HTTP/1.1\r\nHost: x\r\n\r\n'
const bodiesOf = ({ answers }: RawExchange): string[] => answers.map((answer) => answer.body)

t.test('Node\'s limits hold for who is answered without it', async (t) => {
  const { port, answered } = await startBare(t)
  const idle = await exchangeRaw(port, [known, known, known], { count: 4, waitMs: IN_TURN_MS })
  t.same(bodiesOf(idle), ['slow', 'slow', 'x'])
  t.ok(idle.closed, 'an idle connection ends')
  const half = [known, known, known, known.slice(0, 9)]
  const slow = await exchangeRaw(port, half, { count: 4 })
  t.same([slow.answers.length, slow.closed], [3, true], 'and so does one with half a request')
  const before = answered()
  const asked = Array.from({ length: 200 }, () => known)
  const busy = await exchangeRaw(port, asked, { count: asked.length, waitMs: IN_TURN_MS })
  t.equal(busy.answers.length, asked.length, 'one that asks for longer than any limit goes on')
  t.equal(answered() - before, asked.length - 2)
})

t.test('nobody is answered before those who asked before', async (t) => {
  const { port, answered } = await startBare(t)
  const later = known.replace('known', 'later')
  const seen = await exchangeRaw(port, [known, known, known, later, known], { count: 5 })
  t.same(bodiesOf(seen), ['slow', 'slow', 'x', 'later', 'slow'])
  t.equal(answered(), 1)
})

t.test('who does not read is not read from', async (t) => {
  const { port, answered } = await startBare(t, 'x'.repeat(100_000))
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  for (let i = 0; i < 2; i++) {
    socket.write(known)
    await delay(20)
  }
  for (let i = 0; i < 100; i++) {
    socket.write(known.repeat(100))
    await delay(1)
  }
  t.ok(answered() > 1)
  t.ok(answered() < 200, `${answered()} answers were written`)
})

t.test('over TLS as well, and nothing once the door closes', async (t) => {
  const { port, answered, reader } = await startBare(t, 'x', true)
  const options = { count: 3, waitMs: IN_TURN_MS, secure: true }
  t.same(bodiesOf(await exchangeRaw(port, [known, known, known], options)), ['slow', 'slow', 'x'])
  reader.close()
  t.same(bodiesOf(await exchangeRaw(port, [known, known, known], options)), Array(3).fill('slow'))
  t.equal(answered(), 1)
})
