import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { jsonOf, startHttp } from '../support/http.ts'

const PROTOBUF = 'application/x-protobuf'
const { ask, put, counted } = await startHttp(t)
const { root } = protobuf.parse(readFileSync('proto/batch.proto', 'utf8'))
const requestType = root.lookupType('suibiao.ResolveRequest')
const responseType = root.lookupType('suibiao.ResolveResponse')

put('88.118.8/A', [createValue(1, 'URL', 'https://a.example'), createValue(2, 'EMAIL', 'a@b.cn')])
put('88.118.8/B', [createValue(1, 'URL', 'https://b.example', { permissions: 0x0c })])

interface Result {
  readonly handle: string
  readonly responseCode: number
  readonly values?: readonly { readonly index: number; readonly type: string }[]
}

const asJson = (body: unknown) => ask('/v1/resolve', {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
})
const resultsOf = async (body: unknown): Promise<Result[]> =>
  (jsonOf(await asJson(body)) as unknown as { results: Result[] }).results
const asProtobuf = (body: Buffer) => ask('/v1/resolve', {
  method: 'POST', headers: { 'content-type': PROTOBUF }, body,
})

/** One of everything, and one twice. */
const handles = ['88.118.8/a', '88.118.8/NONE', '88.118.8/B', '99.1/X', '/', '', '88.118.8/A']
const codes = [1, 100, 200, 301, 102, 102, 1]

t.test('JSON: each in the order asked, with its own code', async (t) => {
  const results = await resultsOf({ handles })
  t.same(results.map(({ handle, responseCode }) => [handle, responseCode]),
    handles.map((handle, i) => [handle, codes[i]]))
  t.same(results[0]?.values, [
    { index: 1, type: 'URL', data: { format: 'string', value: 'https://a.example' }, ttl: 86_400 },
    { index: 2, type: 'EMAIL', data: { format: 'string', value: 'a@b.cn' }, ttl: 86_400 },
  ])
  t.equal(results[1]?.values, undefined)
})

t.test('types and indexes: any of them, for all', async (t) => {
  const of = async (filters: object) =>
    (await resultsOf({ handles: ['88.118.8/A'], ...filters }))[0]?.values?.map((v) => v.index)
  t.same(await of({ types: ['url'] }), [1])
  t.same(await of({ indexes: [2] }), [2])
  t.same(await of({ types: ['URL'], indexes: [2] }), [1, 2])
  t.same(await of({ types: ['NONE'] }), undefined)
})

t.test('protobuf: the same answers, values as on the wire', async (t) => {
  const request = requestType.encode({ handles, types: ['URL'] }).finish()
  const { status, headers, bytes } = await asProtobuf(Buffer.from(request))
  t.equal(status, 200)
  t.equal(headers['content-type'], PROTOBUF)
  const { results } = responseType.toObject(responseType.decode(bytes), { defaults: true })
  t.same(results.map((one: Result) => [one.handle, one.responseCode]),
    handles.map((handle, i) => [handle, codes[i]]))
  const values = decodeValues(Buffer.from(results[0].values))
  t.same(values.map(({ type, data }) => [type, data.toString()]), [['URL', 'https://a.example']])
  t.equal(results[1].values.length, 0)
  const inOtherCase = await ask('/v1/resolve', {
    method: 'POST', headers: { 'content-type': 'Application/X-Protobuf' },
    body: Buffer.from(request),
  })
  t.same(inOtherCase.bytes, bytes)
})

t.test('up to ten thousand, and not one more', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? '88.118.8/A' : `99/${i}`))
  const results = await resultsOf({ handles: many })
  t.equal(results.length, 10_000)
  t.ok(results.every(({ handle }, i) => handle === many[i]), 'in order')
  t.ok(results.every(({ responseCode }, i) => responseCode === (i % 2 === 0 ? 1 : 301)))
  counted('http_refused_bad-request_total')
  for (const answer of [
    await asJson({ handles: [...many, 'x'] }),
    await asProtobuf(Buffer.from(requestType.encode({ handles: [...many, 'x'] }).finish())),
  ]) {
    t.equal(answer.status, 400)
    t.match(jsonOf(answer), { responseCode: 4, message: /handles: .*10000/ })
  }
  t.equal(counted('http_refused_bad-request_total'), 2)
  t.same(await resultsOf({ handles: [] }), [])
})

t.test('what is no batch gets a clear 4xx and is counted', async (t) => {
  const cases: [body: unknown, message: RegExp][] = [
    [[], /body: /], [{}, /handles: /], [{ handles: 'a' }, /handles: /],
    [{ handles: [1] }, /handles\.0: /], [{ handles: [], type: ['URL'] }, /type/],
    [{ handles: [], indexes: [-1] }, /indexes\.0: /], [{ handles: [], types: [1] }, /types\.0: /],
    [{ handles: [], indexes: [4_294_967_296] }, /index/],
  ]
  for (const [body, message] of cases) {
    counted('http_refused_bad-request_total')
    const answer = await asJson(body)
    const what = JSON.stringify(body)
    t.equal(answer.status, 400, what)
    t.match(jsonOf(answer), { responseCode: 4, message }, what)
    t.equal(counted('http_refused_bad-request_total'), 1, `${what}: counted`)
  }
  const broken = await asProtobuf(Buffer.from('0a7f41', 'hex'))
  t.equal(broken.status, 400)
  t.match(jsonOf(broken), { responseCode: 4, message: /ResolveRequest/ })
  const other = await ask('/v1/resolve', {
    method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}',
  })
  t.equal(other.status, 400)
  t.equal((await ask('/v1/resolve')).status, 404, 'there is nothing to get')
})

t.test('scripts of other sites may ask', async (t) => {
  const answer = await ask('/v1/resolve', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://portal.example' },
    body: '{"handles":[]}',
  })
  t.equal(answer.headers['access-control-allow-origin'], 'https://portal.example')
})
