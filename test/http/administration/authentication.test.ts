import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { ADMIN, basic, startHttps, STRANGER, userOf } from '../../support/https.ts'

const api = '/api/handles/'
const { ask, secure, putJson, put, counted, node } = await startHttps(t)
const record = `${api}88.118.8/A`
const json = { 'content-type': 'application/json' }
const schemesOf = (header: string | string[] | undefined): string[] =>
  header === undefined ? [] : [header].flat()

t.test('without a proof: 401, and both ways to give one', async (t) => {
  const answer = await putJson(record, [], { as: null })
  t.equal(answer.status, 401)
  t.match(jsonOf(answer), { responseCode: 402, handle: '88.118.8/A' })
  t.match(schemesOf(answer.headers['www-authenticate']), [
    'Basic realm="handle"', /^Handle sessionId="[^"]+", nonce="[A-Za-z0-9+/]+=*"$/,
  ])
  t.equal(answer.headers['cache-control'], 'no-store')
})

t.test('a client that gives its nonce is shown who the node is', async (t) => {
  const answer = await putJson(record, [], {
    as: null, headers: { authorization: 'Handle cnonce="AAECAwQFBgcICQoLDA0ODw=="' },
  })
  t.equal(answer.status, 401)
  t.match(schemesOf(answer.headers['www-authenticate']), [
    /^Handle .*serverAlg="SHA256", serverSignature="[A-Za-z0-9+/]{300,}=*"$/,
  ])
})

t.test('scripts in browsers are spared the login window', async (t) => {
  for (const headers of [{ 'x-requested-with': 'XMLHttpRequest' }, { authorization: 'Bearer x' },
    { authorization: 'Handle version="0"' }]) {
    const { status, headers: sent } = await putJson(record, [], { as: null, headers })
    t.equal(status, 401)
    t.match(schemesOf(sent['www-authenticate']), [/^Handle /], JSON.stringify(headers))
    t.equal(schemesOf(sent['www-authenticate']).length, 1)
  }
})

t.test('a wrong proof: 401 without a body, whatever is wrong about it', async (t) => {
  counted('http_refused_authentication-failed_total')
  const wrong = [
    userOf({ ...ADMIN, secret: 'guessed' }), userOf({ ...ADMIN, secret: '' }),
    userOf({ secretId: '301:0.NA/77', secret: 'x' }), '302%3A0.NA%2F88:x', 'nobody:x', 'nonsense',
  ]
  for (const as of wrong) {
    const answer = await putJson(record, [], { as })
    t.equal(answer.status, 401, as)
    t.equal(answer.text, '', as)
    t.match(schemesOf(answer.headers['www-authenticate']), [
      'Basic realm="handle", error="Identity not verified"',
      /^Handle sessionId=.*, error="Identity not verified"$/,
    ], as)
  }
  t.equal(counted('http_refused_authentication-failed_total'), wrong.length)
  t.equal((await secure(record)).status, 404, 'nothing came to be')
})

t.test('known and without the right: 403 with code 400', async (t) => {
  const answer = await putJson(record, [], { as: userOf(STRANGER) })
  t.equal(answer.status, 403)
  t.match(jsonOf(answer), { responseCode: 400, handle: '88.118.8/A' })
})

t.test('the user in every spelling', async (t) => {
  const { secret } = ADMIN
  for (const user of ['301%3A0.NA/88', '301%3A0.NA%2F88', '301%3a0.na%2f88', '301:0.NA/88']) {
    t.equal((await putJson(record, [], { as: `${user}:${secret}` })).status < 300, true, user)
  }
})

t.test('what fails for anyone fails before a proof is asked for', async (t) => {
  const cases: [path: string, method: 'PUT' | 'DELETE', code: number][] = [
    [`${record}?overwrite=false`, 'PUT', 101], [`${api}88.118.8/NONE`, 'DELETE', 100],
    [`${api}99/X`, 'PUT', 301], [`${record}?index=7`, 'DELETE', 200],
  ]
  for (const [path, method, code] of cases) {
    const answer = await secure(path, {
      as: null, method, ...(method === 'PUT' ? { headers: json, body: '[]' } : {}),
    })
    t.match(jsonOf(answer), { responseCode: code }, `${method} ${path}`)
  }
})

t.test('plain HTTP takes no secret and does nothing that needs one', async (t) => {
  counted('http_refused_plain-http_total')
  put('88.118.8/COST', [])
  const headers = { ...json, authorization: basic(userOf(ADMIN)) }
  counted('http_commands_done_total')
  const requests: [path: string, options: Parameters<typeof ask>[1]][] = [
    [record, { method: 'PUT', headers, body: '[]' }],
    [record, { method: 'PUT', headers: json, body: '[]' }],
    [record, { method: 'DELETE', headers }],
    [record, { headers }],
    [`${record}?publicOnly=false`, { headers: { authorization: 'Handle sessionId="x"' } }],
    [`${record}?sessionId=x`, {}],
    ['/api/handles?prefix=88.118.8', { headers }],
    ['/api/handles?prefix=88.118.8', {}],
    ['/api/prefixes', { headers }],
    ['/api/prefixes/0.NA/88.7', { method: 'POST', headers }],
    ['/api/sessions', { method: 'POST' }],
    ['/api/sessions/', { method: 'POST' }],
    ['/api/sessions/this', { method: 'PUT', headers }],
    ['/api/sessions/this', {}],
  ]
  for (const [path, options] of requests) {
    const answer = await ask(path, options)
    const what = `${options?.method ?? 'GET'} ${path}`
    t.equal(answer.status, 403, what)
    t.match(jsonOf(answer), { responseCode: 402, message: /HTTPS/ }, what)
    t.equal(answer.headers['www-authenticate'], undefined, what)
  }
  t.equal(counted('http_refused_plain-http_total'), requests.length)
  t.equal(counted('http_commands_done_total'), 0)
})

t.test('whoever guesses too often waits', async (t) => {
  const from = '127.0.0.9'
  const guess = () => putJson(record, [], { as: userOf({ ...ADMIN, secret: 'x' }), from })
  let answer = await guess()
  for (let i = 0; i < 100 && answer.status === 401; i++) answer = await guess()
  t.equal(answer.status, 503)
  t.match(jsonOf(answer), { responseCode: 3 })
  t.match(answer.headers['retry-after'], /^\d+$/)
  t.equal((await putJson(record, [])).status, 200, 'others go on')
})

t.test('scripts of other sites are told the same', async (t) => {
  const origin = 'https://portal.example'
  const answers = [
    await putJson(record, [], { headers: { origin } }),
    await putJson(record, [], { headers: { origin }, as: null }),
    await putJson(record, 'broken', { headers: { origin } }),
    await secure(`${api}88.118.8/NONE`, { method: 'DELETE', headers: { origin } }),
    await secure('/api/handles?prefix=88.118.8', { headers: { origin } }),
    await secure('/api/prefixes', { headers: { origin } }),
    await secure('/api/sessions', { method: 'POST', headers: { origin } }),
    await secure('/api/verifications/300:0.NA/88', { headers: { origin } }),
  ]
  for (const { headers } of answers) {
    t.equal(headers['access-control-allow-origin'], origin)
    t.equal(headers['access-control-allow-credentials'], undefined)
  }
})

t.test('a page of another site can not make a browser home a prefix', async (t) => {
  const post = (headers: Record<string, string>) =>
    secure('/api/prefixes/0.NA/88.66', { method: 'POST', headers })
  const crossSite = { origin: 'https://portal.example' }
  t.equal((await post(crossSite)).status, 403)
  t.equal((await post({ origin: 'null' })).status, 403)
  t.notMatch((await secure('/api/prefixes')).text, /88\.66/)
  t.equal((await post({ ...crossSite, 'x-requested-with': 'XMLHttpRequest' })).status, 200)
  const own = `https://127.0.0.1:${node.httpsAddress?.port}`
  t.equal((await post({ origin: own })).status, 200)
})
