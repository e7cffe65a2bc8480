import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { startHttps, STRANGER, userOf } from '../../support/https.ts'
import { putOf } from '../../support/store.ts'

const { secure, put, node, counted } = await startHttps(t)
node.registry.execute([{ operation: 'home', prefix: '88.5' }], 'test')
const names = ['88.5/A', '88.5/B', '88.5/C', '88.5/D', '88.5/E']
for (const name of [...names].reverse()) put(name.toLowerCase(), [])

const list = async (query: string) => jsonOf(await secure(`/api/handles?${query}`))

t.test('names under a prefix: upper case, sorted, counted in text', async (t) => {
  const { text } = await secure('/api/handles?prefix=88.5')
  t.equal(text, '{"responseCode":1,"prefix":"88.5","totalCount":"5",'
    + '"handles":["88.5/A","88.5/B","88.5/C","88.5/D","88.5/E"]}')
  t.match(await list('prefix=0.NA/88.5'), { prefix: '0.NA/88.5', handles: names })
  t.match(await list('prefix=0.na%2F88.5'), { handles: names })
})

t.test('pages', async (t) => {
  const all = { totalCount: '5', handles: names, page: undefined, pageSize: undefined }
  const cases: [query: string, expected: object][] = [
    ['page=0&pageSize=2', { page: 0, pageSize: 2, totalCount: '5', handles: names.slice(0, 2) }],
    ['page=2&pageSize=2', { page: 2, pageSize: 2, handles: names.slice(4) }],
    ['page=3&pageSize=2', { page: 3, totalCount: '5', handles: [] }],
    ['page=999999999&pageSize=999999999', { totalCount: '5', handles: [] }],
    ['page=0&pageSize=0', { page: 0, pageSize: 0, totalCount: '5', handles: [] }],
    ['page=0&pageSize=99999', { totalCount: '5', handles: names }],
    ['page=-1&pageSize=-1', all],
    ['page=0&pageSize=-1', all],
    ['pageSize=2', all],
  ]
  for (const [query, expected] of cases) {
    t.match(await list(`prefix=88.5&${query}`), expected, query)
  }
  const { text } = await secure('/api/handles?prefix=88.5&page=0&pageSize=1')
  t.match(text, /^\{"responseCode":1,"prefix":"88\.5","totalCount":"5","page":0,"pageSize":1,"h/)
})

t.test('a long list is put together from parts', async (t) => {
  node.registry.execute([{ operation: 'home', prefix: '88.6' }], 'test')
  const many = Array.from({ length: 10_003 }, (_, i) => `88.6/${String(i).padStart(6, '0')}`)
  node.registry.execute(many.map((name) => putOf(name, [])), 'test')
  counted('http_commands_done_total')
  t.same((await list('prefix=88.6'))['handles'], many)
  t.equal(counted('http_commands_done_total'), 1, 'one command, however many parts it takes')
  t.same((await list('prefix=88.6&page=1&pageSize=10001'))['handles'], many.slice(10_001))
  t.equal((await list('prefix=88.6&page=0&pageSize=10002'))['totalCount'], '10003')
})

t.test('what can not be listed', async (t) => {
  const cases: [path: string, as: string | undefined, status: number, code: number][] = [
    ['/api/handles', undefined, 400, 102], ['/api/handles?prefix=', undefined, 400, 102],
    ['/api/handles?prefix=88.5&page=xx', undefined, 400, 4],
    ['/api/handles?prefix=88.5&pageSize=1.5', undefined, 400, 4],
    ['/api/handles?prefix=99.9', undefined, 400, 301],
    ['/api/handles?prefix=88.5', userOf(STRANGER), 403, 400],
  ]
  for (const [path, as, status, code] of cases) {
    const answer = await secure(path, as === undefined ? {} : { as })
    t.equal(answer.status, status, path)
    t.match(jsonOf(answer), { responseCode: code }, path)
  }
  t.equal((await secure('/api/handles?prefix=88.5', { as: null })).status, 401)
})
