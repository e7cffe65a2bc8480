import { validate } from './specification.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OPERATIONS } from '../../../src/desk/operations/all.ts'
import { REFUSAL_CODES } from '../../../src/desk/refusal.ts'
import { DESK_ROUTES, STREAM_PATH } from '../../../src/http/desk/routes.ts'
import { DESK_STATUS } from '../../../src/http/desk/statuses.ts'
import { organisation, user } from '../../desk/setting.ts'
import { startDesk } from './setting.ts'

const s = await startDesk(t)
const ROUTE = { endpoints: [{ ip: '192.0.2.7', tcpPort: 2641 }] }

t.test('every operation has a route, and every refusal a status', async (t) => {
  t.same(DESK_ROUTES.map(({ operation }) => operation).sort(), Object.keys(OPERATIONS).sort())
  t.same(Object.keys(DESK_STATUS).sort(), [...REFUSAL_CODES].sort())
})

t.test('the specification is OpenAPI 3.1 and says what runs', async (t) => {
  const { status, json } = await s.ask('GET', '/openapi.json')
  t.equal(status, 200)
  t.same(await validate(json), [])
  const said = Object.entries(json.paths).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`))
  const meant = [...DESK_ROUTES, { method: 'POST', path: STREAM_PATH }]
    .map(({ method, path }) => `${method} ${path.replace('{+', '{')}`)
  t.same(said.sort(), meant.sort())
  t.match(json.paths[STREAM_PATH].post.parameters, [
    { name: 'mode', in: 'query', required: false,
      schema: { enum: ['create', 'update', 'put'], default: 'create' } },
    { name: 'results', in: 'query', required: false,
      schema: { enum: ['all', 'failed'], default: 'all' } },
  ])
  for (const one of said) {
    const [method = '', path = ''] = one.split(' ')
    const answer = await s.ask(method, path.replaceAll(/\{\w+\}/g, 'x'), { secret: null })
    t.notSame([404, 405, 501].includes(answer.status), true, `${one} is there`)
    t.match(answer.headers['content-type'], /^application\/problem\+json/, one)
  }
})

t.test('the page to read and try it comes from this node alone', async (t) => {
  const page = await s.ask('GET', '/docs')
  t.equal(page.status, 200)
  t.match(page.headers['content-security-policy'], /default-src 'self'/)
  t.notMatch(page.text, /(src|href)="https?:/)
  const script = /src="(\.[^"]+bundle\.js)"/.exec(page.text)?.[1] ?? ''
  t.equal((await s.ask('GET', new URL(script, 'http://x/docs/').pathname)).status, 200)
  t.match((await s.ask('GET', '/docs/json')).json, { openapi: '3.1.0' })
})

t.test('from an application to the first resolved identifier', async (t) => {
  const joined = await s.ask('POST', '/v1/registrations', { secret: null, body: {
    organisation: organisation(1), user: user('operator'),
    application: { prefix: '88.118.8', remarks: '首次申请' },
  } })
  t.equal(joined.status, 201)
  const { token } = (await s.ask('POST', '/v1/sessions', {
    secret: null, body: user('operator') })).json
  const { id } = joined.json.application
  for (let i = 0; i < 2; i++) {
    await s.ask('POST', `/v1/applications/${id}/actions`, { body: { action: 'approve' } })
  }
  const hosting = '/v1/prefixes/88.118.8/hosting'
  await s.ask('POST', hosting, { secret: token, body: { action: 'request' } })
  t.match((await s.ask('POST', hosting, { body: { action: 'approve' } })).json,
    { state: 'enabled', stateCode: 1, hosting: 'hosted' })
  const created = await s.ask('POST', '/v1/identifiers', { secret: token, body: {
    handle: '88.118.8/P/0001', values: [{ index: 2000, type: 'NAME', data: '电机' }] } })
  t.equal(created.status, 201)
  const resolved = await s.ask('GET', '/api/handles/88.118.8/P/0001', { secret: null })
  t.match(resolved.json, { responseCode: 1,
    values: [{ index: 2000, type: 'NAME', data: { value: '电机' } }, { type: 'HS_ADMIN' }] })
  const prefix = await s.ask('GET', '/api/handles/0.NA/88.118.8', { secret: null })
  t.equal(prefix.json.values[0].type, 'HS_SITE')

  const shown = await s.ask('GET', '/v1/identifiers/88.118.8/P%2F0001', { secret: token })
  t.equal(shown.json.handle, '88.118.8/P/0001', 'slashes as they are, or encoded')
  t.equal((await s.ask('DELETE', '/v1/identifiers/88.118.8/P/0001', { secret: token })).status, 200)
  t.equal((await s.ask('GET', '/api/handles/88.118.8/P/0001', { secret: null })).status, 404)

  const at = '/v1/prefixes/88.118.8/route'
  const { headers } = await s.ask('GET', '/v1/prefixes/88.118.8', { secret: token })
  const etag = headers['etag'] as string
  t.match(etag, /^"\d+"$/)
  t.equal((await s.ask('PUT', at, { secret: token, body: ROUTE })).status, 428)
  const send = (ifMatch: string) =>
    s.ask('PUT', at, { secret: token, body: ROUTE, headers: { 'if-match': ifMatch } })
  for (const others of ['"0"', 'W/"0"', `W/${etag}`, '"a,b", "0"', '"x"', '"1000000000000000"']) {
    t.equal((await send(others)).status, 412, others)
  }
  const junk = ['', ',', 'W/x', '0', '"0', '"0" "1"', '*, "0"', '"0", 1', 'x'.repeat(4000)]
  for (const text of junk) t.match(await send(text), { status: 400, json: { code: 'bad-request' } })
  t.equal((await send(`"0", ,${etag}\t,W/"x"`)).status, 200, 'one of a list')
  const moved = await s.ask('GET', '/api/handles/0.NA/88.118.8', { secret: null })
  t.equal(moved.json.values[0].data.value.servers[0].address, '192.0.2.7', 'at once')
})

t.test('errors are problems, in two languages, with place and rule', async (t) => {
  const body = organisation(2, { contact: { name: '李', mobile: '1', email: 'li@example.cn' } })
  const zh = await s.ask('POST', '/v1/organisations', {
    body, headers: { 'accept-language': 'zh-CN' } })
  t.equal(zh.status, 422)
  t.equal(zh.headers['content-language'], 'zh')
  t.match(zh.json, { type: 'urn:suibiao:problem:invalid', status: 422, errors: [
    { pointer: '/body/contact/mobile', rule: 'mobile', message: '手机号码格式有误' }] })
  const en = await s.ask('POST', '/v1/organisations', { body })
  t.match(en.json.errors[0].message, /no mobile number/)
  t.match((await s.ask('GET', '/v1/organisations/none')).json,
    { status: 404, code: 'not-found', responseCode: 100 })
  const anonymous = await s.ask('GET', '/v1/me', { secret: null })
  t.match(anonymous, { status: 401, headers: { 'www-authenticate': /^Bearer/ } })
  t.equal((await s.ask('GET', '/v1/me', { secret: 'sbk_nonsense' })).status, 401)
})

t.test('so is what is wrong before the desk sees it', async (t) => {
  const at = '/v1/organisations'
  type Case = [what: string, path: string, sent: object, status: number, en: RegExp, zh: RegExp]
  const cases: Case[] = [
    ['JSON', at, { raw: '{' }, 400, /^The body is no JSON$/, /^请求体不是 JSON$/],
    ['media', at, { raw: 'x', headers: { 'content-type': 'text/plain' } }, 415,
      /^Send application/, /发送$/],
    ['long', at, { raw: ' '.repeat(4_194_305) }, 413, /longer than/, /请求体过长/],
    ['key', at, { body: {}, headers: { 'idempotency-key': 'x'.repeat(129) } }, 400,
      /more than 128 char/, /超过 128 个字符/],
    ['tag', at, { body: {}, headers: { 'if-match': '1' } }, 400,
      /^If-Match takes/, /^If-Match 应为/],
    ['stream', '/v1/identifiers/stream', { body: {} }, 400, /^Send .*ndjson/, /ndjson 发送/],
  ]
  for (const [what, path, sent, status, en, zh] of cases) {
    for (const [language, text] of [['en', en], ['zh', zh]] as const) {
      const { headers = {} } = sent as { headers?: object }
      const answer = await s.ask('POST', path, {
        ...sent, headers: { ...headers, 'accept-language': language } })
      t.match(answer, { status, headers: { 'content-language': language }, json: { title: text } },
        `${what} ${language}`)
    }
  }
  const { json } = await s.ask('POST', '/v1/identifiers', {
    body: { handle: '88.118/P', values: [{ index: 1, type: 'X' }] },
    headers: { 'accept-language': 'zh' } })
  t.match(json.errors, [{ pointer: '/body/values/0/data', rule: 'invalid_union:string:object',
    message: '无效输入：期望 string 或 object' }])
})

t.test('a call that is repeated with its key is answered the same', async (t) => {
  const call = () => s.ask('POST', '/v1/organisations', {
    body: organisation(3), headers: { 'idempotency-key': 'abc' } })
  const [first, second] = [await call(), await call()]
  t.same([first.status, second.status], [201, 201])
  t.same(first.json, second.json)
})

t.test('too many requests say when to come again', async (t) => {
  const key = (await s.ask('POST', '/v1/keys', {
    body: { name: 'slow', scopes: ['organisation:read'] } })).json
  await s.ask('PUT', `/v1/quotas/${key.id}`, { body: { requestsPerDay: 1 } })
  t.equal((await s.ask('GET', '/v1/me', { secret: key.secret })).status, 200)
  const denied = await s.ask('GET', '/v1/me', { secret: key.secret })
  t.match(denied, { status: 429, json: { code: 'daily-limit', responseCode: 603 } })
  t.ok(Number(denied.headers['retry-after']) > 0)
})

t.test('no secret stands in the data folder but the first administrator’s', async (t) => {
  const path = join(s.dataDir, 'desk-admin.json')
  const { apiKey, password } = JSON.parse(readFileSync(path, 'utf8'))
  for (const file of ['records.db', 'records.db-wal']) {
    const bytes = readFileSync(join(s.dataDir, file))
    for (const secret of [apiKey, password, user('x').password]) {
      t.notOk(bytes.includes(secret), file)
    }
  }
})
