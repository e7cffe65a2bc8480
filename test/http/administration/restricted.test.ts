import t from 'tap'
import { createValue } from '../../../src/record/value.ts'
import { jsonOf } from '../../support/http.ts'
import { startHttps, STRANGER, userOf } from '../../support/https.ts'

const api = '/api/handles/'
const { ask, secure, put } = await startHttps(t)
put('88.118.8/R', [
  createValue(1, 'URL', 'public'),
  createValue(2, 'COST', 'restricted', { permissions: 0x0c }),
  createValue(3, 'SEAL', 'hidden', { permissions: 0x04 }),
])
const indexesOf = async (query: string, as?: string | null): Promise<unknown> => {
  const answer = await secure(`${api}88.118.8/R${query}`, as === undefined ? {} : { as })
  const { values } = jsonOf(answer) as { values?: { index: number }[] }
  return values?.map(({ index }) => index) ?? answer.status
}

t.test('who may reads what others may not', async (t) => {
  t.same(await indexesOf('?index=1&index=2'), [1, 2])
  t.same(await indexesOf('?type=COST'), [2])
  t.same(await indexesOf('?index=2&publicOnly=false'), [2])
  t.same(await indexesOf('?publicOnly=true'), [1])
  t.same(await indexesOf('?index=9'), [])
  t.same(await indexesOf('?index=3'), 403, 'not even an administrator')
  t.same(await indexesOf('', null), [1])
  t.same(await indexesOf('?index=2', userOf(STRANGER)), 403)
  t.same(await indexesOf('?index=1', userOf(STRANGER)), [1])
})

t.test('a stranger who asks outright is asked who they are', async (t) => {
  const answer = await secure(`${api}88.118.8/R?index=2&publicOnly=false`, { as: null })
  t.equal(answer.status, 401)
  t.match(jsonOf(answer), { responseCode: 402, handle: '88.118.8/R' })
  t.match(answer.headers['www-authenticate'], ['Basic realm="handle"', /^Handle /])
  const plain = await ask(`${api}88.118.8/R?index=2&publicOnly=false`)
  t.equal(plain.status, 403)
  t.match(jsonOf(plain), { responseCode: 402 })
})

t.test('the answer has the form of any other, and nobody keeps it', async (t) => {
  const answer = await secure(`${api}88.118.8/r?index=2&pretty`)
  t.match(answer.text, /^\{\n {2}"responseCode": 1,\n {2}"handle": "88\.118\.8\/r",\n {2}"values"/)
  t.equal(answer.headers['cache-control'], 'no-store')
  const posted = await secure(`${api}88.118.8/R`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"index":2}',
  })
  t.match(jsonOf(posted), { values: [{ index: 2 }] })
})

t.test('what is not there is not there for administrators either', async (t) => {
  const absent = await secure(`${api}88.118.8/NONE`)
  t.equal(absent.status, 404)
  t.match(jsonOf(absent), { responseCode: 100, handle: '88.118.8/NONE' })
  const elsewhere = await secure(`${api}99.9/X`)
  t.equal(elsewhere.status, 400)
  t.match(jsonOf(elsewhere), { responseCode: 301, message: "That prefix doesn't live here" })
})
