import { Readable } from 'node:stream'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import t from 'tap'
import { LINES_TYPE } from '../../../src/http/desk/stream.ts'
import { checkTransport } from '../../../src/http/desk/caller.ts'
import { organisation, user } from '../../desk/setting.ts'
import { startDesk } from './setting.ts'

const s = await startDesk(t)
const STREAM = '/v1/identifiers/stream'

/** An enterprise whose prefix is hosted here. @returns its token */
async function join(prefix: string, number: number, userName: string): Promise<string> {
  const joined = await s.ask('POST', '/v1/registrations', { secret: null, body: {
    organisation: organisation(number), user: user(userName), application: { prefix } } })
  const { token } = (await s.ask('POST', '/v1/sessions', {
    secret: null, body: user(userName) })).json
  const actions = `/v1/applications/${joined.json.application.id}/actions`
  for (let i = 0; i < 2; i++) await s.ask('POST', actions, { body: { action: 'approve' } })
  const hosting = `/v1/prefixes/${prefix}/hosting`
  await s.ask('POST', hosting, { secret: token, body: { action: 'request' } })
  await s.ask('POST', hosting, { body: { action: 'approve' } })
  return token
}

const token = await join('88.118.8', 1, 'enterprise')
const line = (handle: string, rest: object = {}) =>
  JSON.stringify({ handle, values: [{ index: 2000, type: 'NAME', data: 'x' }], ...rest })
const send = async (body: string, query = '', secret: string | null = token) => {
  const answer = await s.ask('POST', `${STREAM}${query}`, {
    secret, raw: body, headers: { 'content-type': LINES_TYPE } })
  return { ...answer, lines: answer.text.trimEnd().split('\n').map((one) => JSON.parse(one)) }
}

t.test('each line is answered, in order; a refused one harms no other', async (t) => {
  const body = [
    line('88.118.8/A'), '', '{', line('/'), line('88.118.9/A'), line('88.118.8/A'),
    line('88.118.8/B', { values: [{ index: 0, type: 'X', data: 'y' }] }),
    line('88.118.8/C', { template: 'none' }), line('88.118.8/D'),
  ].join('\n')
  const { status, headers, lines } = await send(body)
  t.equal(status, 200)
  t.match(headers['content-type'], LINES_TYPE)
  const summary = lines.pop()
  t.same(lines.map((one) => `${one.line} ${one.result ?? one.code}`), [
    '1 created', '3 invalid', '4 invalid', '5 not-found', '6 handle-exists', '7 invalid',
    '8 template-unknown', '9 created',
  ])
  t.match(lines[1], { errors: [{ rule: 'json' }] })
  t.match(lines[2], { errors: [{ pointer: '/handle', rule: 'handle' }] })
  t.same(summary, { summary: { read: 8, created: 2, replaced: 0, unchanged: 0, refused: 6 } })
  const failed = await send(body, '?results=failed&mode=put')
  t.same(failed.lines.map((one) => one.line).filter(Boolean), [3, 4, 5, 7, 8])
})

t.test('many lines in one stream are all on the disk when answered', async (t) => {
  const count = 12_345
  const lines = Array.from({ length: count }, (_unused, i) => line(`88.118.8/M${i}`))
  const { lines: answers } = await send(lines.join('\n'))
  t.equal(answers.length, count + 1)
  t.match(answers.at(-1), { summary: { created: count, refused: 0 } })
  t.equal((await s.ask('GET', '/api/handles/88.118.8/M12344', { secret: null })).status, 200)
})

/** A request whose body is written by hand. */
function open(headers: Record<string, string> = {}) {
  const request = httpRequest(`${s.base}${STREAM}`, { method: 'POST', headers: {
    authorization: `Bearer ${token}`, 'content-type': LINES_TYPE, ...headers } })
  const answered = once(request, 'response').then(([response]) => response as IncomingMessage)
  return { request, answered }
}

t.test('who waits for each answer gets it before the next line', async (t) => {
  const { request, answered } = open()
  request.write(`${line('88.118.8/S0')}\n`)
  const response = await answered
  const reader = response[Symbol.asyncIterator]()
  for (let i = 0; i < 5; i++) {
    const { value } = await reader.next()
    t.match(JSON.parse(String(value)), { handle: `88.118.8/S${i}`, result: 'created' })
    if (i < 4) request.write(`${line(`88.118.8/S${i + 1}`)}\n`)
  }
  request.end()
  t.match(String((await reader.next()).value), /summary/)
})

t.test('who goes away in the middle leaves what was stored, and the node goes on', async (t) => {
  const { request, answered } = open()
  request.on('error', () => undefined)
  request.write(`${line('88.118.8/G')}\n{"handle":"88.118.8/H"`)
  const response = await answered
  response.on('error', () => undefined)
  await once(response, 'data')
  request.destroy()
  t.equal((await s.ask('GET', '/api/handles/88.118.8/G', { secret: null })).status, 200)
  t.equal((await s.ask('GET', '/healthz', { secret: null })).status, 200)
})

t.test('a key that is revoked in the middle stops the stream', async (t) => {
  const key = (await s.ask('POST', '/v1/keys', { secret: token, body: {
    name: 'stream', scopes: ['identifier:write'] } })).json
  const { request, answered } = open({ authorization: `Bearer ${key.secret}` })
  request.write(`${line('88.118.8/R1')}\n`)
  const reader = (await answered)[Symbol.asyncIterator]()
  await reader.next()
  await s.ask('DELETE', `/v1/keys/${key.id}`, { secret: token })
  request.on('error', () => undefined)
  request.write(`${line('88.118.8/R2')}\n`)
  const rest = await Readable.from(reader).toArray()
  const text = rest.map(String).join('')
  t.match(text, /"handle":"88.118.8\/R2","code":"wrong-credentials"/)
  t.match(text, /"stopped":"wrong-credentials"/)
  t.equal((await s.ask('GET', '/api/handles/88.118.8/R2', { secret: null })).status, 404)
})

t.test('a line that names a template is checked against it', async (t) => {
  const templates = '/v1/prefixes/88.118.8/templates'
  await s.ask('POST', templates, { secret: token, body: { version: 'v1', items: [
    { name: '名称', type: 'NAME', index: 2000, dataType: 'text', required: true, maxLength: 3,
      unique: true }] } })
  await s.ask('POST', `${templates}/v1/actions`, { secret: token, body: { action: 'publish' } })
  const named = (suffix: string, data: string) => line(`88.118.8/T${suffix}`, {
    template: 'v1', values: [{ index: 2000, type: 'NAME', data }] })
  const body = [named('1', 'abc'), named('2', 'abcd'), named('3', 'abc')].join('\n')
  const { lines } = await send(body)
  t.match(lines, [
    { result: 'created' },
    { code: 'invalid', errors: [{ pointer: '/values/0', rule: 'item-length' }] },
    { code: 'invalid', errors: [{ rule: 'item-unique' }] },
    { summary: { created: 1, refused: 2 } },
  ])
})

t.test('a refused line says what it is about, as a single call does', async (t) => {
  const missing = await send(line('88.118.8/U$&'), '?mode=update')
  t.match(missing.lines[0], { code: 'not-found', message: /88\.118\.8\/U\$& / })
  t.match((await s.ask('DELETE', '/v1/identifiers/88.118.8/U$&', { secret: token })).json,
    { title: missing.lines[0].message })
  const unknown = await send(line('88.118.8/U', { template: 'v9' }))
  t.match(unknown.lines[0], { code: 'template-unknown', message: /v9/ })
})

t.test('what is no stream, or nobody’s, is refused', async (t) => {
  t.equal((await send(line('88.118.8/X'), '', null)).status, 401)
  t.equal((await send(line('88.118.8/X'), '?mode=none')).status, 400)
  t.equal((await s.ask('POST', STREAM, { secret: token, body: {} })).status, 400)
  const long = await send(`{"handle":"${'x'.repeat(1_100_000)}"}\n${line('88.118.8/L')}`)
  t.match(long.lines, [{ line: 1, errors: [{ rule: 'line-length' }] }, { result: 'created' }, {}])
})

t.test('a node that stops does not wait for a stream without end', async (t) => {
  const { node, base, admin } = await startDesk(t, { dataDir: t.testdir() })
  const request = httpRequest(`${base}${STREAM}`, { method: 'POST', headers: {
    authorization: `Bearer ${admin.apiKey}`, 'content-type': LINES_TYPE } })
  request.on('error', () => undefined)
  request.write(`${line('88.118.8/A')}\n`)
  const [response] = await once(request, 'response')
  response.on('error', () => undefined)
  await once(response, 'data')
  const closed = once(request, 'close')
  await Promise.all([node.stop(), closed])
  t.ok(request.closed)
})

t.test('plain HTTP is for this machine, or for a proxy that is vouched for', async (t) => {
  const from = (ip: string, protocol = 'http') =>
    ({ ip, protocol, headers: {} }) as Parameters<typeof checkTransport>[0]
  t.equal(checkTransport(from('127.0.0.1'), false), undefined)
  t.equal(checkTransport(from('::1'), false), undefined)
  t.equal(checkTransport(from('192.0.2.1', 'https'), false), undefined)
  t.equal(checkTransport(from('192.0.2.1'), true), undefined)
  t.match(checkTransport(from('192.0.2.1'), false), { code: 'https-needed' })
})
