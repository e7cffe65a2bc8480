import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { jsonOf, startHttp } from '../support/http.ts'
import { exchangeRaw } from '../support/raw-http.ts'

const api = '/api/handles/'
const { node, ask, put } = await startHttp(t)
const { port } = node.httpAddress

put('88.118.8/P1', [
  createValue(1, 'URL', 'https://a.example/'), createValue(2, 'NAME', '减速器'),
  createValue(3, 'COST', '9', { permissions: 0x0c }),
])

t.test('names that a path could hide', async (t) => {
  const hidden: [path: string, handle: string][] = [
    ['88.118.8/a;b', '88.118.8/a;b'], ['88.118.8/..', '88.118.8/..'],
    ['88.118.8/./x', '88.118.8/./x'], ['88.118.8//x', '88.118.8//x'],
    ['88.118.8/x/', '88.118.8/x/'], ['88.118.8/a+b', '88.118.8/a+b'],
    ['88.118.8/a%2Bb', '88.118.8/a+b'], ['88.118.8/a%20b', '88.118.8/a b'],
    ['88.118.8/a%252Fb', '88.118.8/a%2Fb'], ['88.118.8/a%23b', '88.118.8/a#b'],
  ]
  for (const [, handle] of hidden) put(handle, [createValue(1, 'URL', handle)])
  for (const [path, handle] of hidden) {
    const { answers } = await exchangeRaw(port, [`GET ${api}${path} HTTP/1.1\r\nHost: x\r\n\r\n`])
    t.match(JSON.parse(answers[0]?.body ?? ''), {
      responseCode: 1, handle, values: [{ data: { value: handle } }],
    }, path)
  }
})

t.test('a path whose beginning is percent-encoded leads to the same name', async (t) => {
  for (const path of ['/%61pi/handles/88.118.8/P1', '/api/handle%73/88.118.8/P1?index=1']) {
    for (const method of ['GET', 'POST'] as const) {
      t.match(jsonOf(await ask(path, { method })), { responseCode: 1, handle: '88.118.8/P1' }, path)
    }
  }
})

t.test('the longest name there may be, each character percent-encoded', async (t) => {
  const longest = `88.118.8/${'标'.repeat(679)}ab`
  t.equal(Buffer.byteLength(longest), 2_048)
  put(longest, [createValue(1, 'URL', 'x')])
  t.match(jsonOf(await ask(api + encodeURIComponent(longest))), { handle: longest })
  const tooLong = await ask(`${api}${encodeURIComponent(longest)}c`)
  t.equal(tooLong.status, 400)
  t.match(jsonOf(tooLong), { responseCode: 102 })
})

const indexesOf = async (query: string): Promise<unknown> => {
  const { values } = jsonOf(await ask(`${api}88.118.8/P1${query}`)) as {
    values?: { index: number }[]
  }
  return values?.map((value) => value.index)
}

t.test('a parameter said twice', async (t) => {
  const cases: [query: string, indexes: number[]][] = [
    ['?index=1&index=1', [1]], ['?type=URL&type=url', [1]],
    ['?doNotRefer=false&doNotRefer', [1, 2]], ['?publicOnly=true&publicOnly=false', [1, 2]],
  ]
  for (const [query, indexes] of cases) {
    t.same(await indexesOf(query), indexes, query)
  }
  t.notMatch((await ask(`${api}88.118.8/P1?pretty=false&pretty`)).text, /\n/, 'the first counts')
  t.match((await ask(`${api}88.118.8/P1?callback=a&callback=b`)).text, /^\/\*\*\/a\(/)
})

t.test('what is asked for in vain: other encodings, types, parts, dates', async (t) => {
  const plain = await ask(`${api}88.118.8/P1`)
  for (const headers of [
    { 'accept-encoding': 'gzip, identity;q=0' }, { accept: 'application/xml' },
    { range: 'bytes=0-3' }, { 'if-modified-since': new Date(Date.now() + 1e9).toUTCString() },
    { 'if-none-match': '"another"' },
  ]) {
    const answer = await ask(`${api}88.118.8/P1`, { headers })
    t.equal(answer.status, 200, JSON.stringify(headers))
    t.equal(answer.headers['content-encoding'], undefined)
    t.same(answer.bytes, plain.bytes)
  }
})

t.test('only who gets is told that nothing has changed', async (t) => {
  const { headers } = await ask(`${api}88.118.8/P1`)
  for (const tag of [String(headers['etag']), '*']) {
    for (const [method, status] of [['GET', 304], ['HEAD', 304], ['POST', 200]] as const) {
      const answer = await ask(`${api}88.118.8/P1`, { method, headers: { 'if-none-match': tag } })
      t.equal(answer.status, status, `${method} ${tag}`)
    }
  }
  const absent = { headers: { 'if-none-match': '*' } }
  t.equal((await ask(`${api}88.118.8/NONE`, absent)).status, 404)
})

t.test('HEAD says what GET would, whatever it is', async (t) => {
  for (const path of [
    `${api}88.118.8/P1`, `${api}88.118.8/NONE`, `${api}88.118.8/P1?callback=f`, `${api}%C0%AF`,
    '/api/site', '/healthz', '/api/nothing', '/v1/resolve',
  ]) {
    const [got, head] = [await ask(path), await ask(path, { method: 'HEAD' })]
    t.equal(head.status, got.status, path)
    t.equal(head.text, '', path)
    t.equal(head.headers['content-length'], String(got.bytes.length), path)
    t.equal(head.headers['content-type'], got.headers['content-type'], path)
    t.equal(head.headers['cache-control'], got.headers['cache-control'], path)
  }
})
