import t from 'tap'
import { HitPath } from '../../src/http/hit.ts'
import { createValue } from '../../src/record/value.ts'
import { startHttp } from '../support/http.ts'
import { exchangeRaw, type RawAnswer } from '../support/raw-http.ts'

const { node, ask, put, counted } = await startHttp(t)
const { port } = node.httpAddress

/** What the hit path said of each request: whether it answered. */
const taken: boolean[] = []
const original = HitPath.prototype.answer
HitPath.prototype.answer = function (request, response) {
  const answered = original.call(this, request, response)
  taken.push(answered)
  return answered
}
t.teardown(() => { HitPath.prototype.answer = original })

let version = 0
const name = '88.118.8/P1'
const change = (): void => {
  version++
  put(name, [
    createValue(1, 'URL', `https://a.example/${version}`, { ttl: 600 }),
    createValue(2, 'NAME', '减速器 é'),
    createValue(3, 'COST', '9', { permissions: 0x0c }),
  ])
}

const get = (path: string, headers: readonly string[] = [], method = 'GET', http = '1.1') =>
  [`${method} /api/handles/${path} HTTP/${http}`, 'Host: x', ...headers, '', ''].join('\r\n')

/** Asks twice, the first time after a change: once by way of the routes, once from memory. */
const askBoth = async (request: string, bodiless = false): Promise<[RawAnswer, RawAnswer]> => {
  change()
  taken.length = 0
  // Only what was asked with GET is remembered: another method finds it there the second time.
  const slow = await exchangeRaw(port, [request], { bodiless })
  if (bodiless) await exchangeRaw(port, [request.replace('HEAD', 'GET')])
  const fast = await exchangeRaw(port, [request], { bodiless })
  t.equal(slow.closed, fast.closed, 'both close, or neither')
  t.equal(slow.answers.length, 1)
  t.equal(fast.answers.length, 1)
  return [slow.answers[0]!, fast.answers[0]!]
}

t.test('memory answers as the routes do, header by header', async (t) => {
  const cases: [title: string, request: string, bodiless?: boolean][] = [
    ['plain', get(name)],
    ['percent-encoded', get('88.118.8%2F%501')],
    ['filtered', get(`${name}?index=1`)],
    ['in another order', get(`${name}?type=URL&index=2`)],
    ['pretty', get(`${name}?pretty`)],
    ['JSONP', get(`${name}?callback=f`)],
    ['from a script of another site', get(name, ['Origin: https://b.example'])],
    ['many headers', get(name, ['Accept: */*', 'User-Agent: x', 'accept-encoding: gzip, br'])],
    ['to be closed', get(name, ['Connection: close'])],
    ['HTTP/1.0', get(name, [], 'GET', '1.0')],
    ['HTTP/1.0, kept', get(name, ['Connection: keep-alive'], 'GET', '1.0')],
    ['HEAD', get(name, [], 'HEAD'), true],
  ]
  for (const [title, request, bodiless] of cases) {
    const [slow, fast] = await askBoth(request, bodiless)
    t.equal(taken[0], false, `${title}: first by way of the routes`)
    t.equal(taken.at(-1), true, `${title}: then from memory`)
    t.strictSame(fast, slow, title)
    t.equal(slow.status, 200, title)
    t.match(slow.headers['etag'], /^"[\w-]{22}"$/, title)
    t.match(slow.headers['cache-control'], /^max-age=600$/, title)
    t.equal(slow.headers['vary'], 'Origin', title)
  }
})

t.test('what could be answered otherwise goes to the routes', async (t) => {
  const cases: [title: string, request: string, status: number][] = [
    ['a body', `${get(name, ['Content-Length: 2']).slice(0, -2)}\r\n{}`, 200],
    ['a body in chunks', `${get(name, ['Transfer-Encoding: chunked'])}2\r\n{}\r\n0\r\n\r\n`, 200],
    ['a login', get(name, ['Authorization: Bearer x']), 200],
    ['POST', get(name, ['Content-Length: 0'], 'POST'), 200],
    ['two origins', get(name, ['Origin: https://a.example', 'Origin: https://b.example']), 200],
    ['a whole URL', get(name).replace('/api', 'http://x/api'), 400],
  ]
  for (const [title, request, status] of cases) {
    change()
    await exchangeRaw(port, [get(name)])
    taken.length = 0
    const { answers } = await exchangeRaw(port, [request])
    t.same(taken, [false], title)
    t.same(answers.map((answer) => answer.status), [status], title)
  }
})

t.test('an expectation is met before the answer', async (t) => {
  change()
  await exchangeRaw(port, [get(name)])
  const { answers } = await exchangeRaw(port, [
    get(name, ['Expect: 100-continue', 'Content-Length: 2']), '{}',
  ], { count: 2 })
  t.same(answers.map((answer) => answer.status), [100, 200])
  const other = await exchangeRaw(port, [get(name, ['Expect: magic'])])
  t.equal(other.answers[0]?.status, 417)
})

t.test('requests in one piece, and one in many', async (t) => {
  change()
  await exchangeRaw(port, [get(name)])
  const many = get(name).repeat(50)
  taken.length = 0
  const { answers } = await exchangeRaw(port, [many], { count: 50 })
  t.equal(answers.length, 50)
  t.ok(taken.every((answered) => answered))
  t.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1)
  const slow = get('88.118.8/NONE')
  const mixed = await exchangeRaw(
    port, [get(name) + slow + get(name) + slow + get(name)], { count: 5 })
  t.same(mixed.answers.map((answer) => answer.status), [200, 404, 200, 404, 200], 'in order')
  const pieces = await exchangeRaw(port, get(name).split(''))
  t.same(pieces.answers, [answers[0]])
  const behindBody = `${get(name, ['Content-Length: 40'])}${'x'.repeat(40)}${get(name)}`
  const bodies = await exchangeRaw(port, [behindBody], { count: 2 })
  t.same(bodies.answers.map((answer) => answer.status), [200, 200])
})

t.test('who has the body already hears so', async (t) => {
  change()
  const [first] = (await exchangeRaw(port, [get(name)])).answers
  const etag = first?.headers['etag'] ?? ''
  for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const request = get(name, [`If-None-Match: ${given}`])
    change()
    await exchangeRaw(port, [get(name)])
    const current = (await exchangeRaw(port, [get(name)])).answers[0]?.headers['etag'] ?? ''
    const [slow, fast] = await (async () => {
      const asked = request.replace(etag, current)
      const fast = (await exchangeRaw(port, [asked])).answers[0]
      const twice = `${asked.slice(0, -2)}Authorization: Bearer x\r\n\r\n`
      return [(await exchangeRaw(port, [twice])).answers[0], fast]
    })()
    t.equal(slow?.status, 304, given)
    t.strictSame(fast, slow, given)
    t.equal(fast?.headers['etag'], current)
    t.equal(fast?.headers['content-length'], undefined)
  }
  const other = await exchangeRaw(port, [get(name, ['If-None-Match: "x", "y"'])])
  t.equal(other.answers[0]?.status, 200)
  change()
  const stale = await exchangeRaw(port, [get(name, [`If-None-Match: ${etag}`])])
  t.equal(stale.answers[0]?.status, 200, 'a change gives another tag')
})

t.test('nothing is remembered that may not be kept', async (t) => {
  for (const path of ['88.118.8/NONE', '99.1/X', `${name}?type=EMAIL`]) {
    taken.length = 0
    const first = await ask(`/api/handles/${path}`)
    await ask(`/api/handles/${path}`)
    t.same(taken, [false, false], path)
    t.equal(first.headers['cache-control'], 'no-store', path)
  }
  put('88.118.8/SECRET', [createValue(1, 'COST', '9', { permissions: 0x0c })])
  const secret = await ask('/api/handles/88.118.8/SECRET?publicOnly=false')
  t.equal(secret.status, 403)
  t.equal(secret.headers['cache-control'], 'no-store')
})

t.test('a change is seen at once, and so is a prefix that moves away', async (t) => {
  const url = `/api/handles/${name}`
  for (let i = 0; i < 20; i++) {
    change()
    for (let j = 0; j < 3; j++) {
      t.match((await ask(url)).text, `https://a.example/${version}"`)
    }
  }
  node.registry.execute([{ operation: 'unhome', prefix: '88.118.8' }], 'test')
  t.equal((await ask(url)).status, 400)
  node.registry.execute([{ operation: 'home', prefix: '88.118.8' }], 'test')
  t.equal((await ask(url)).status, 200)
})

t.test('a lifetime that ends at a time shrinks from second to second', async (t) => {
  const endsAt = Math.floor(Date.now() / 1000) + 100
  put('88.118.8/TIMED', [createValue(1, 'URL', 'x', { ttl: endsAt, ttlType: 'absolute' })])
  const ageOf = async (): Promise<number> => {
    const { headers } = await ask('/api/handles/88.118.8/TIMED')
    return Number(/max-age=(\d+)/.exec(String(headers['cache-control']))?.[1])
  }
  const first = await ageOf()
  t.ok(first > 90 && first <= 100)
  await new Promise((resolve) => setTimeout(resolve, 2100))
  const second = await ageOf()
  t.ok(second < first && second >= 90, `${first} → ${second}`)
})

t.test('every answer is counted alike', async (t) => {
  change()
  const url = `/api/handles/${name}`
  for (const counter of ['http_api_requests_total', 'http_outcomes_found_total',
    'cache_lookups_hit_total', 'cache_lookups_miss_total']) counted(counter)
  for (let i = 0; i < 10; i++) await ask(url)
  t.equal(counted('http_api_requests_total'), 10)
  t.equal(counted('http_outcomes_found_total'), 10)
  t.equal(counted('cache_lookups_miss_total'), 1)
  t.equal(counted('cache_lookups_hit_total'), 9)
})

t.test('no thread answers from memory with what was there before a write', async (t) => {
  const threaded = await startHttp(t, { workers: 2 })
  const url = '/api/handles/88.118.8/COHERENT'
  let written = 0
  let acknowledged = 0
  let running = true
  const write = (): void => {
    written++
    threaded.put('88.118.8/COHERENT', [createValue(1, 'URL', `version ${written}`)])
    acknowledged = written
  }
  write()
  let asked = 0
  const stale: string[] = []
  const readers = Array.from({ length: 8 }, async () => {
    while (running) {
      const atLeast = acknowledged
      const { text } = await threaded.ask(url)
      const version = Number(/version (\d+)/.exec(text)?.[1])
      asked++
      if (!(version >= atLeast && version <= written)) stale.push(text)
    }
  })
  for (let i = 0; i < 200; i++) {
    write()
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  running = false
  await Promise.all(readers)
  t.same(stale, [], `none of ${asked} answers is stale`)
  t.ok(asked > 200)
})
