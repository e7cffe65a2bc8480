import fc from 'fast-check'
import t from 'tap'
import { startHttps } from '../../support/https.ts'

const { secure, ask, put, counted, node } = await startHttps(t)
const path = '/api/handles/88.118.8/KEPT'
put('88.118.8/KEPT', [])
const before = node.holdings()
const runs = { numRuns: 60 }
let address = 0
/** Each from another address, so that none is made to wait for wrong proofs. */
const from = (): string => `127.0.2.${address++ % 250 + 1}`

const token = fc.string({ unit: 'grapheme-ascii', maxLength: 20 })
  .map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''))
const fieldNames = ['sessionId', 'id', 'type', 'cnonce', 'alg', 'signature', 'clientCert', 'salt',
  'iterations', 'length', 'version']
const fields = fc.array(fc.tuple(fc.constantFrom(...fieldNames), token), { maxLength: 6 })
const headers = fc.oneof(
  token.map((text) => `Basic ${text}`),
  token.map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
  token.map((text) => `Handle ${text}`),
  fields.map((list) => `Handle ${list.map(([name, value]) => `${name}="${value}"`).join(', ')}`),
  token,
).map((header) => header.trim()).filter((header) => header !== '')

t.test('no Authorization header breaks the door or gets anything done', async (t) => {
  counted('http_commands_done_total')
  await fc.assert(fc.asyncProperty(headers, async (authorization) => {
    const sent = { authorization, 'content-type': 'application/json' }
    const answers = [
      await secure(path, { method: 'PUT', headers: sent, body: '[]', as: null, from: from() }),
      await secure(path, { method: 'DELETE', headers: { authorization }, as: null, from: from() }),
      await secure('/api/sessions/this', {
        method: 'PUT', headers: { authorization }, as: null, from: from(),
      }),
    ]
    const plain = await ask(path, { method: 'DELETE', headers: { authorization } })
    return isRefusal(plain.status) && answers.every(({ status }) => isRefusal(status))
  }), runs)
  t.equal(counted('http_commands_done_total'), 0)
  t.same(node.holdings(), before)
})

t.test('no body breaks the door or changes a record that it does not describe', async (t) => {
  const value = fc.record({
    index: fc.oneof(fc.integer(), fc.string()), type: fc.oneof(fc.string(), fc.integer()),
    data: fc.oneof(fc.string(), fc.anything(), fc.record({
      format: fc.constantFrom('string', 'base64', 'hex', 'admin', 'vlist', 'site', 'key', 'x'),
      value: fc.anything(),
    })),
    permissions: fc.anything(), ttl: fc.anything(), references: fc.anything(),
  }, { requiredKeys: [] })
  const bodies = fc.oneof(
    fc.json(), fc.string(), fc.array(value).map((list) => stringify(list)),
    fc.record({ handle: fc.anything(), values: fc.array(value) }).map((one) => stringify(one)),
  )
  await fc.assert(fc.asyncProperty(bodies, fc.constantFrom('', '?index=various', '?index=1'),
    async (body, query) => {
      counted('http_commands_done_total')
      const answer = await secure(`${path}${query}`, {
        method: 'PUT', headers: { 'content-type': 'application/json' }, body,
      })
      return isRefusal(answer.status)
        ? counted('http_commands_done_total') === 0
        : answer.status < 300
    }), runs)
  await fc.assert(fc.asyncProperty(bodies, async (body) => {
    const { status } = await secure('/api/sessions/this', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body, as: null,
    })
    return isRefusal(status)
  }), runs)
  t.same(node.holdings(), before)
})

/** Whether a status says that the client is to blame, or that the node has too much to do. */
function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500) || status === 503
}

/** JSON of anything: what JSON has no form for is left out. */
function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => typeof one === 'bigint' ? Number(one) : one)
}
