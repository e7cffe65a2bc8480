import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { sealReport } from '../../../src/desk/feed/sealed.ts'
import { keys, ROUTE, signWith } from '../../desk/feed/setting.ts'
import { organisation } from '../../desk/setting.ts'
import { startDesk } from './setting.ts'

const s = await startDesk(t, { deskPrefix: '88' })
const database = new Database(join(s.dataDir, 'records.db'), { readonly: true })
t.teardown(() => database.close())
/** All that is here of reports, but why the last one was refused. */
const state = () => [
  database.prepare('SELECT prefix, sequence, digest, received_ms FROM desk_feeds').all(),
  database.prepare('SELECT * FROM desk_feed_items').all(),
]
/** Moves on with each commit of the node, whatever it was about. */
const commits = () => database.pragma('data_version', { simple: true })

const holder = await s.ask('POST', '/v1/organisations', { body: organisation(1) })
const applied = await s.ask('POST', '/v1/applications', { body: {
  prefix: '88.118', organisation: holder.json.id,
  publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }),
} })
await s.ask('POST', `/v1/applications/${applied.json.id}/actions`, { body: { action: 'approve' } })

const now = new Date().toISOString()
const route = (prefix: string) => ({
  kind: 'route', id: 'app_1', version: 1, createdAt: now, updatedAt: now, prefix,
  organisation: 'org_1', state: 'enabled', hosting: 'not-hosted',
  route: { codeSystem: 'VAA', ...ROUTE },
})
const seal = (rest: object, key = keys.privateKey) => sealReport({
  version: 1, from: '88.118', sequence: 1, sentAt: new Date().toISOString(),
  part: { kind: 'changes', gone: [] }, items: [], ...rest,
}, signWith(key))
const post = (report: unknown) =>
  s.ask('POST', '/v1/feeds', { secret: null, body: { report } })

t.test('a report needs no key of the desk: it is signed', async (t) => {
  const report = await seal({ items: [route('88.118.8')] })
  const taken = await post(report)
  t.equal(taken.status, 200)
  t.same(taken.json, { sequence: 1, operator: '88 运营单位' })
  const before = state()
  t.same((await post(report)).json, taken.json, 'the last one may come again')
  t.same(state(), before)
  t.match((await s.ask('GET', '/v1/feeds')).json.items, [{
    prefix: '88.118', routes: 1, entities: 0, organisation: holder.json.id, lastError: null }])
})

t.test('what strangers send is refused before anything is written', async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const old = new Date(Date.now() - 600_000).toISOString()
  const before = state()
  const count = commits()
  for (const [report, status, code] of [
    [await seal({ sequence: 2 }, privateKey), 401, 'report-signature'],
    [await seal({ sequence: 2, sentAt: old }), 409, 'report-time'],
    [await seal({ sequence: 2, from: '88.119' }), 404, 'not-found'],
    ['x'.repeat(1_048_577), 422, 'invalid'],
    ['x'.repeat(4_194_304), 413, 'too-large'],
    [7, 422, 'invalid'], [undefined, 422, 'invalid'],
  ] as const) {
    const answer = await post(report)
    t.equal(answer.status, status, code)
    t.equal(answer.json.code, code)
  }
  t.equal(commits(), count, 'nothing was committed')
  t.same(state(), before)
})

t.test('what a node may not report leaves nothing but the reason', async (t) => {
  const before = state()
  for (const [rest, status, rule] of [
    [{ sequence: 1, items: [] }, 409, 'sequence:2'], [{ sequence: 3 }, 409, 'sequence:2'],
    [{ sequence: 2, items: [route('88.119.8')] }, 422, 'foreign-prefix'],
    [{ sequence: 2, items: Array(201).fill(route('88.118.8')) }, 422, 'too_big:200'],
  ] as const) {
    const { json } = await post(await seal(rest))
    t.match(json, { status, errors: [{ rule }] })
  }
  t.same(state(), before)
  const { json } = await s.ask('GET', '/v1/feeds/88.118')
  t.match(json.lastError, { message: 'invalid /report/items' })
})
