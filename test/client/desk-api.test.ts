import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { DeskProblem } from '../../src/client/desk-api-connection.ts'
import type { StreamAnswer } from '../../src/client/desk-api-views.ts'
import { DeskApi } from '../../src/client/desk-api.ts'
import { ExchangeError } from '../../src/client/exchange.ts'
import { organisation, user } from '../desk/setting.ts'
import { startDesk } from '../http/desk/setting.ts'

const s = await startDesk(t)
const secret = s.admin.apiKey

const open = (t: Test, origin: string, rest: object = {}): DeskApi => {
  const desk = new DeskApi({ origin, secret, ca: null, timeoutMs: 5_000, ...rest })
  t.teardown(() => desk.close())
  return desk
}

/** A TCP server in front of the desk, or in place of it. */
async function listen(t: Test, take: (socket: Socket) => void): Promise<string> {
  const server = createServer(take).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const entry of entries) found.push(entry)
  return found
}

const line = (name: string, data: unknown = '电机'): Buffer =>
  Buffer.from(`${JSON.stringify({
    handle: `88.118/${name}`, values: [{ index: 2000, type: 'NAME', data }] })}\n`)

async function* chunks(...parts: Buffer[]): AsyncGenerator<Buffer> {
  yield* parts
}

t.test('a refusal has field and rule, in the desk’s own words', async (t) => {
  const desk = open(t, s.base)
  const wrong = organisation(1, { contact: { name: '李', mobile: '1', email: 'li@example.cn' } })
  const problem = await desk.createOrganisation(wrong).catch((error: unknown) => error)
  t.ok(problem instanceof DeskProblem)
  t.match(problem, { status: 422, code: 'invalid', message: 'The request breaks a rule',
    issues: [{ pointer: '/body/contact/mobile', rule: 'mobile' }] })
})

t.test('a version that someone else has changed since is refused', async (t) => {
  const desk = open(t, s.base)
  const { id, version, details } = await desk.createOrganisation(organisation(2))
  await desk.changeOrganisation(id, version, details)
  await t.rejects(desk.changeOrganisation(id, version, details), { code: 'version-stale' })
})

t.test('a list is read page after page', async (t) => {
  const desk = open(t, s.base)
  for (let i = 0; i < 120; i++) {
    await desk.createKey({ name: `key ${i}`, scopes: ['prefix:read'] })
  }
  const keys = await all(desk.fetchKeys())
  t.equal(new Set(keys.map(({ id }) => id)).size, 121)
})

/** A way to the desk that loses its first answer. */
async function losing(t: Test) {
  const way = { origin: '', answers: 0 }
  way.origin = await listen(t, (socket) => {
    const behind = connect(s.node.httpAddress.port, '127.0.0.1')
    socket.pipe(behind)
    behind.on('data', (bytes) => {
      if (way.answers++ === 0) socket.destroy()
      else socket.write(bytes)
    })
    for (const one of [socket, behind]) one.on('error', () => undefined)
    socket.on('close', () => behind.destroy())
  })
  return way
}

t.test('a creation whose answer is lost is sent again, and done once', async (t) => {
  const way = await losing(t)
  const made = await open(t, way.origin).createOrganisation(organisation(3))
  t.ok(way.answers > 1)
  const shown = await all(open(t, s.base).fetchOrganisations())
  t.same(shown.filter(({ details }) => details['name'] === '测试企业 3').map(({ id }) => id),
    [made.id])
})

t.test('so is who joins, whom the desk does not know yet', async (t) => {
  const way = await losing(t)
  const joined = await open(t, way.origin, { secret: null }).join({
    organisation: organisation(4), user: user('joining'), application: { prefix: '88.118.4' } })
  t.ok(way.answers > 1)
  t.equal((await open(t, s.base).fetchPrefix('88.118.4')).id, joined.application.id)
})

t.test('and a step of a review, which would else be taken twice', async (t) => {
  const desk = open(t, s.base)
  const { application } = await desk.join({
    organisation: organisation(5), user: user('enterprise'), application: { prefix: '88.118.5' } })
  const way = await losing(t)
  const moved = await open(t, way.origin).moveApplication(application.id, 'approve')
  t.ok(way.answers > 1)
  t.equal(moved.state, 'reviewing', 'the second review is yet to come')
  t.equal((await desk.fetchApplication(application.id)).state, 'reviewing')
})

t.test('what is no answer of a desk is no refusal', async (t) => {
  const say = (text: string) => listen(t, (socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(text))
  })
  const body = (status: string, text: string) => say(
    `HTTP/1.1 ${status}\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`)
  const cases: [string, string, RegExp][] = [
    [await body('404 Not Found', '{"responseCode":4}'), 'malformed', /has no registration desk/],
    [await body('502 Bad Gateway', 'no'), 'malformed', /answered 502 without saying why/],
    [await body('200 OK', '{"actor":1}'), 'malformed', /no answer that a desk gives/],
    [await say(''), 'closed', /closed the connection/],
    ['http://127.0.0.1:1', 'unreachable', /can't be reached/],
  ]
  for (const [origin, reason, message] of cases) {
    const error = await open(t, origin).fetchCaller().catch((error: unknown) => error)
    t.ok(error instanceof ExchangeError, reason)
    t.match(error, { reason, message })
  }
})

t.test('a stream is answered line by line while it is sent', async (t) => {
  const desk = open(t, s.base)
  let heard = 0
  async function* slowly(): AsyncGenerator<Buffer> {
    for (const name of ['s1', 's2', 's3']) {
      const before = heard
      yield line(name)
      for (let i = 0; heard === before && i < 500; i++) await pause(10)
    }
  }
  const answers: StreamAnswer[] = []
  for await (const answer of desk.registerLines(slowly(), 'create', true)) {
    heard++
    answers.push(answer)
  }
  t.match(answers, [
    { line: 1, handle: '88.118/s1', result: 'created' }, { line: 2 }, { line: 3 },
    { summary: { read: 3, created: 3 } },
  ])
  const refused = await all(desk.registerLines(
    chunks(line('s1'), line('s4', 1), Buffer.from('no\n')), 'create', false))
  t.match(refused, [
    { line: 1, handle: '88.118/s1', code: 'handle-exists' }, { line: 2, code: 'invalid' },
    { line: 3, code: 'invalid', errors: [{ rule: 'json' }] }, { summary: { refused: 3 } },
  ])
})

t.test('a desk that stops before the end is heard, and no more is sent', async (t) => {
  const admin = open(t, s.base)
  const { id, secret } = await admin.createKey({ name: 'short', scopes: ['identifier:write'] })
  let sent = 0
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      yield line(`e${sent}`)
      if (sent++ === 5) await admin.revokeKey(id)
      await pause(1)
    }
  }
  const answers = await all(open(t, s.base, { secret }).registerLines(endless(), 'create', false))
  t.match(answers.at(-1), { summary: { stopped: 'wrong-credentials' } })
  const after = sent
  await pause(50)
  t.ok(sent - after <= 1, 'the source is left alone')
})

async function failureOf(desk: DeskApi): Promise<unknown> {
  try {
    return await all(desk.registerLines(chunks(line('w')), 'create', false))
  } catch (error) {
    return error instanceof ExchangeError ? error.reason : error
  }
}

t.test('a stream ends with what went wrong', async (t) => {
  const silent = await listen(t, (socket) => socket.on('error', () => undefined).resume())
  const waiting = open(t, silent, { timeoutMs: 200 })
  t.equal(await failureOf(waiting), 'timeout')
  const broken = await listen(t, (socket) => {
    socket.on('error', () => undefined).once('data', () => socket.destroy())
  })
  t.equal(await failureOf(open(t, broken)), 'closed')
  const half = await listen(t, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"line'))
  })
  t.equal(await failureOf(open(t, half)), 'closed')
  async function* failing(): AsyncGenerator<Buffer> {
    yield line('f')
    throw new RangeError('the disk is gone')
  }
  await t.rejects(all(open(t, s.base).registerLines(failing(), 'create', false)), RangeError)
})
