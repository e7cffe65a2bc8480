import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { type AskOptions, jsonOf, startHttp } from '../support/http.ts'

const api = '/api/handles/'
const { ask, put, counted } = await startHttp(t)

put('88.118.8/P1', [
  createValue(1, 'URL', 'https://a.example/', { timestamp: 1_600_000_000 }),
  createValue(2, 'PRODUCT.NAME', '减速器', { ttl: 60 }),
  createValue(3, 'PRODUCT', 'x', { references: [{ handle: '88.118.8/P2', index: 4 }] }),
  createValue(4, 'COST', '9', { permissions: 0x0c }),
])
put('88.118.8/部件 1', [createValue(1, 'URL', 'https://b.example/')])
put('88.118.8/a/b?c', [createValue(1, 'URL', 'https://c.example/')])
put('88.118.8/SECRET', [createValue(1, 'COST', '9', { permissions: 0x0c })])
put('88.118.8/HIDDEN', [createValue(1, 'HS_SECKEY', '9', { permissions: 0x04 })])
put('88.118.8/EMPTY', [])

const indexesOf = async (path: string, options?: AskOptions): Promise<unknown> => {
  const { values } = jsonOf(await ask(`${api}${path}`, options)) as { values?: { index: number }[] }
  return values?.map((value) => value.index)
}

t.test('a record, member by member in the order of the peers', async (t) => {
  const { status, headers, text } = await ask(`${api}88.118.8/p1`)
  t.equal(status, 200)
  t.match(headers['content-type'], /^application\/json;\s?charset=utf-8$/i)
  t.equal(text, '{"responseCode":1,"handle":"88.118.8/p1","values":[' +
    '{"index":1,"type":"URL","data":{"format":"string","value":"https://a.example/"},' +
    '"ttl":86400,"timestamp":"2020-09-13T12:26:40Z"},' +
    '{"index":2,"type":"PRODUCT.NAME","data":{"format":"string","value":"减速器"},"ttl":60},' +
    '{"index":3,"type":"PRODUCT","data":{"format":"string","value":"x"},"ttl":86400,' +
    '"references":[{"handle":"88.118.8/P2","index":4}]}]}')
  t.equal((await ask(`${api}88.118.8/P1`)).text, text.replace('/p1', '/P1'), 'spelled as asked')
  t.equal((await ask(`${api}88.118.8/p1`)).text, text, 'and once more')
})

t.test('names in a path: raw, percent-encoded, in part', async (t) => {
  const same: [path: string, handle: string][] = [
    ['88.118.8%2FP1', '88.118.8/P1'],
    ['88.118.8/%501', '88.118.8/P1'],
    ['88.118.8/%E9%83%A8%E4%BB%B6%201', '88.118.8/部件 1'],
    ['88.118.8/a/b%3Fc', '88.118.8/a/b?c'],
    ['88.118.8%2fa%2fb%3fc', '88.118.8/a/b?c'],
  ]
  for (const [path, handle] of same) {
    t.match(jsonOf(await ask(`${api}${path}`)), { responseCode: 1, handle }, path)
  }
})

t.test('index and type: any of them, and types with their subtypes', async (t) => {
  const cases: [query: string, indexes: number[]][] = [
    ['?index=1', [1]],
    ['?index=1&index=3', [1, 3]],
    ['?type=url', [1]],
    ['?type=PRODUCT', [3]],
    ['?type=product.', [2, 3]],
    ['?type=URL&index=2', [1, 2]],
    ['?type=URL&index=9', [1]],
    ['?auth&cert=true&doNotRefer', [1, 2, 3]],
  ]
  for (const [query, indexes] of cases) {
    t.same(await indexesOf(`88.118.8/P1${query}`), indexes, query)
  }
})

t.test('code and status of everything that may be found out', async (t) => {
  const cases: [path: string, status: number, body: object, counter: string][] = [
    ['88.118.8/NONE', 404, { responseCode: 100, handle: '88.118.8/NONE' }, 'absent'],
    ['88.118.8/P1?type=EMAIL', 200,
      { responseCode: 200, values: [], handle: '88.118.8/P1' }, 'no-values'],
    ['88.118.8/EMPTY', 200,
      { responseCode: 200, values: [], handle: '88.118.8/EMPTY' }, 'no-values'],
    ['88.118.8/SECRET', 200,
      { responseCode: 200, values: [], handle: '88.118.8/SECRET' }, 'no-values'],
    ['99.1/X', 400,
      { responseCode: 301, message: "That prefix doesn't live here", handle: '99.1/X' },
      'not-homed'],
    ['88.9', 404, { responseCode: 100, handle: '88.9' }, 'absent'],
  ]
  for (const [path, status, body, counter] of cases) {
    counted(`http_outcomes_${counter}_total`)
    const answer = await ask(`${api}${path}`)
    t.equal(answer.status, status, path)
    t.strictSame(jsonOf(answer), body, path)
    t.equal(counted(`http_outcomes_${counter}_total`), 1, `${path}: counted`)
  }
})

t.test('values that are not public are never shown to a stranger', async (t) => {
  t.same(await indexesOf('88.118.8/P1'), [1, 2, 3])
  t.same(await indexesOf('88.118.8/P1?index=4&index=1'), [1])
  for (const name of ['SECRET', 'HIDDEN', 'P1']) {
    const answer = await ask(`${api}88.118.8/${name}?publicOnly=false`)
    t.ok(answer.status === 401 || answer.status === 403, `${name}: ${answer.status}`)
    t.match(jsonOf(answer), { responseCode: name === 'HIDDEN' ? 401 : 402 })
    t.notMatch(answer.text, /"9"/)
  }
})

t.test('pretty is for people', async (t) => {
  const { text } = await ask(`${api}88.118.8/P1?pretty&index=1`)
  t.match(text, /^\{\n {2}"responseCode": 1,\n {2}"handle"/)
  t.notMatch((await ask(`${api}88.118.8/P1?pretty=false`)).text, /\n/)
})

t.test('JSONP: a callback that can call and nothing else', async (t) => {
  put('88.118.8/ENDS', [createValue(1, 'DESC', 'a\u2028b\u2029c')])
  const { status, headers, text } = await ask(`${api}88.118.8/ENDS?callback=my.call[0]`)
  t.equal(status, 200)
  t.match(headers['content-type'], /^application\/javascript/)
  t.equal(headers['x-content-type-options'], 'nosniff')
  t.match(text, /^(?:\/\*\*\/)?my\.call\[0\]\(\{"responseCode":1.*\}\);?\n?$/)
  t.match(text, /a\\u2028b\\u2029c/)
  const unsafe = await ask(`${api}88.118.8/NONE?callback=alert(1)//`)
  t.equal(unsafe.status, 404)
  t.match(unsafe.text, /^(?:\/\*\*\/)?alert_1___\(\{"responseCode":100,/)
})

t.test('scripts of other sites may read it', async (t) => {
  const origin = 'https://portal.example'
  for (const path of [`${api}88.118.8/P1`, `${api}88.118.8/NONE`, `${api}88.118.8/P1?pretty`]) {
    const { headers } = await ask(path, { headers: { origin } })
    t.equal(headers['access-control-allow-origin'], origin, path)
    t.match(headers['access-control-expose-headers'], /Content-Length/)
    t.match(headers['vary'], /Origin/)
  }
  const plain = await ask(`${api}88.118.8/P1`)
  t.equal(plain.headers['access-control-allow-origin'], undefined)
  const preflight = await ask(`${api}88.118.8/P1`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  })
  t.equal(preflight.status, 200)
  t.equal(preflight.headers['access-control-allow-origin'], origin)
  t.equal(preflight.headers['access-control-max-age'], '86400')
  for (const method of ['GET', 'POST', 'HEAD', 'PUT', 'DELETE']) {
    t.ok(String(preflight.headers['access-control-allow-methods']).includes(method), method)
  }
  for (const header of ['Authorization', 'Content-Type']) {
    t.ok(String(preflight.headers['access-control-allow-headers']).includes(header), header)
  }
})

t.test('POST with parameters in a JSON body acts as GET', async (t) => {
  const post = (body: unknown): AskOptions => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  t.same(await indexesOf('88.118.8/P1', post({ index: 2 })), [2])
  t.same(await indexesOf('88.118.8/P1', post({ index: ['1', 3], type: 'none' })), [1, 3])
  t.same(await indexesOf('88.118.8/P1?index=2', post({ type: ['URL'] })), [1, 2])
  t.same(await indexesOf('88.118.8/P1', post({})), [1, 2, 3])
  t.match((await ask(`${api}88.118.8/P1`, post({ pretty: true }))).text, /\n/)
  t.equal((await ask(`${api}88.118.8/NONE`, post({}))).status, 404)
})

t.test('HEAD says what GET would, without a body', async (t) => {
  const { status, headers, text } = await ask(`${api}88.118.8/P1`, { method: 'HEAD' })
  t.equal(status, 200)
  t.equal(text, '')
  t.equal(headers['content-length'], String((await ask(`${api}88.118.8/P1`)).bytes.length))
})

t.test('what can not be asked gets a clear 4xx and is counted', async (t) => {
  const json = { 'content-type': 'application/json' }
  const post = (body: string | Buffer, headers: Record<string, string> = json): AskOptions =>
    ({ method: 'POST', headers, body })
  const cases: [path: string, options: AskOptions, status: number, code: number, said: RegExp][] = [
    [`${api}88.118.8/%E9%83`, {}, 400, 4, /malformed/],
    [`${api}88.118.8/%zz`, {}, 400, 4, /malformed/],
    [`${api}88.118.8/%C0%AF`, {}, 400, 4, /malformed/],
    [`${api}88.118.8/%ED%A0%80`, {}, 400, 4, /malformed/],
    [`${api}88.118.8/P1?index=`, {}, 400, 4, /index: ""/],
    [`${api}88.118.8/P1?index=1?index=2`, {}, 400, 4, /index: "1\?index=2"/],
    [`${api}88.118.8/P1?index=1&index=x`, {}, 400, 4, /index: "x"/],
    [`${api}88.118.8/P1`, post('{"__proto__":"x"}'), 400, 4, /JSON/],
    [`${api}88.118.8/%01`, {}, 400, 102, /identifier/],
    [`${api}%2Fx`, {}, 400, 102, /identifier/],
    [`${api}88.118.8/${'x'.repeat(2041)}`, {}, 400, 102, /identifier/],
    [`${api}88.118.8/P1?index=x`, {}, 400, 4, /index: "x"/],
    [`${api}88.118.8/P1?index=-1`, {}, 400, 4, /index: "-1"/],
    [`${api}88.118.8/P1?index=4294967296`, {}, 400, 4, /index/],
    [`${api}88.118.8/P1`, post('{"index":'), 400, 4, /JSON/],
    [`${api}88.118.8/P1`, post(`{"index":[${'1,'.repeat(2048)}1]}`), 400, 4, /2049 were given/],
    [`${api}88.118.8/P1`, post('[]'), 400, 4, /object of parameters/],
    [`${api}88.118.8/P1`, post('{"index":{"a":1}}'), 400, 4, /object of parameters/],
    ['/api/handles', {}, 400, 102, /prefix/],
  ]
  for (const [path, options, status, code, said] of cases) {
    counted('http_refused_bad-request_total')
    const answer = await ask(path, options)
    const what = `${path.slice(0, 60)} ${String(options.body ?? '').slice(0, 20)}`
    t.equal(answer.status, status, what)
    t.match(jsonOf(answer), { responseCode: code, message: said }, what)
    t.equal(counted('http_refused_bad-request_total'), 1, `${what}: counted`)
  }
})

t.test('other refusals, each with its counter', async (t) => {
  const cases: [path: string, options: AskOptions, status: number, code: number, name: string][] = [
    ['/api/nothing', {}, 404, 4, 'unknown-endpoint'],
    [`${api}88.118.8/P1`, { method: 'PATCH' }, 501, 4, 'not-supported'],
    [`${api}88.118.8/P1`,
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' },
      400, 4, 'unsupported-media'],
    [`${api}88.118.8/P1`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: Buffer.alloc(4_194_305, ' '),
    }, 413, 4, 'too-large'],
  ]
  const origin = 'https://portal.example'
  for (const [path, options, status, code, name] of cases) {
    const answer = await ask(path, { ...options, headers: { ...options.headers, origin } })
    t.equal(answer.status, status, name)
    t.equal(answer.headers['access-control-allow-origin'], origin, `${name}: scripts may read it`)
    t.match(jsonOf(answer), { responseCode: code, message: String }, name)
    t.equal(counted(`http_refused_${name}_total`), 1, `${name}: counted`)
  }
})

t.test('records that can not be read are an error, never an absence', async (t) => {
  const broken = await startHttp(t)
  const name = '88.118.8/P1'
  broken.put(name, [createValue(1, 'URL', 'x')])
  const database = new Database(join(t.testdirName, 'records.db'))
  database.exec('ALTER TABLE records RENAME TO gone')
  const answer = await broken.ask(`${api}${name}`)
  t.equal(answer.status, 500)
  t.match(jsonOf(answer), { responseCode: 2, message: /may exist/, handle: name })
  t.equal(broken.counted('http_outcomes_failed_total'), 1)
  database.exec('ALTER TABLE gone RENAME TO records')
  database.close()
  t.equal((await broken.ask(`${api}${name}`)).status, 200, 'and nothing wrong was remembered')
})
