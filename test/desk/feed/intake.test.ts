import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import {
  GUESSES_OF_ADDRESS_MAX, LOCK_OUT_MS, REPORT_CHARACTERS_MAX, REPORT_CLOCK_SKEW_MS,
} from '../../../src/desk/limits.ts'
import { prefixRecordKey } from '../../../src/identifier/identifier.ts'
import { createValue } from '../../../src/record/value.ts'
import { encodeRsaPublicKey } from '../../../src/registry/signer.ts'
import { decodeValues, encodeValues } from '../../../src/wire/values.ts'
import { organisation, user } from '../setting.ts'
import { createFeedSetting } from './setting.ts'

const s = await createFeedSetting(t)
const { top } = s
await s.enterprise(1)
await s.drain()
const [taken] = await s.items('route')
const last: number = (await s.feed()).sequence
const next = last + 1

/** All that is here of the feed, but for when what was last refused. */
const state = async () => ({ ...await s.feed(), lastError: null, items: await s.items() })
const before = await state()

const at = (aheadMs: number) => new Date(top.clock.ms + aheadMs).toISOString()
const route = (rest: object) => ({ ...taken, receivedAt: undefined, ...rest })

/** Puts a report, which must be refused and change nothing. */
const refused = async (report: string) => {
  const answer = await s.send(report)
  t.same(await state(), before)
  return typeof answer === 'number' ? `taken: ${answer}` : answer.code
}

t.test('a signature that is not theirs, or not of these bytes', async (t) => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  t.equal(await refused(await s.seal({ sequence: next }, other.privateKey)), 'report-signature')
  const [header, payload, signature] = (await s.seal({ sequence: next })).split('.')
  const changed = Buffer.from(payload!, 'base64url').toString().replace(`:${next}`, `:${next}0`)
  const forged = `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`
  t.equal(await refused(forged), 'report-signature')
  for (const alg of ['none', 'HS256']) {
    const chosen = Buffer.from(`{"alg":"${alg}","typ":"suibiao-report"}`).toString('base64url')
    t.equal(await refused(`${chosen}.${payload}.${signature}`), 'invalid')
  }
  t.equal((await s.feed()).lastError, null, 'strangers leave no trace')
})

t.test('a report that was taken, came too early, or at another time', async (t) => {
  t.equal(await refused(await s.seal({ sequence: next - 1 })), 'report-sequence', 'other content')
  t.equal(await refused(await s.seal({ sequence: 1 })), 'report-sequence')
  t.equal(await refused(await s.seal({ sequence: next + 1 })), 'report-sequence')
  t.match(await s.feed(), { lastError: { message: 'report-sequence /report/sequence' } })
  for (const sign of [1, -1]) {
    const sentAt = at(sign * (REPORT_CLOCK_SKEW_MS + 1))
    t.equal(await refused(await s.seal({ sequence: next, sentAt })), 'report-time')
  }
})

t.test('what is not theirs to report', async (t) => {
  for (const prefix of ['88.119.1', '88.118', '88.1180.1', '88', '88.118.1.2', '', '88.118.x']) {
    const items = [route({ prefix })]
    t.equal(await refused(await s.seal({ sequence: next, items })), 'invalid', prefix)
  }
  t.equal(await refused(await s.seal({ from: '88.119', sequence: 1 })), 'not-found')
  t.equal(await refused(await s.seal({ from: '88', sequence: 1 })), 'not-found')
  t.equal(await refused(await s.seal({ from: '88.118.1', sequence: 1 })), 'not-found')
})

t.test('what is no report, too much, or outside the range that it says', async (t) => {
  const wrong: object[] = [
    { version: 2 }, { sequence: 0 }, { part: null }, { more: 1 }, { items: [{ kind: 'route' }] },
    { items: [route({ route: { endpoints: [] } })] }, { items: [route({ id: 'x' })] },
    { items: Array(201).fill(route({})) },
    { part: { kind: 'range', after: taken.id, upTo: null }, items: [route({})] },
    { part: { kind: 'range', after: '', upTo: 'app_0' }, items: [route({})] },
  ]
  for (const rest of wrong) {
    const code = await refused(await s.seal({ sequence: next, ...rest }))
    t.equal(code, 'invalid', JSON.stringify(rest).slice(0, 80))
  }
  for (const text of ['', 'x', '..', 'a.b.c', 'x'.repeat(REPORT_CHARACTERS_MAX + 1)]) {
    t.equal(await refused(text), 'invalid')
  }
})

t.test('a suspended node reports nothing; a key added to the record will do', async (t) => {
  const { items } = await top.must('application.list')
  const { id } = items.find(({ prefix }: any) => prefix === '88.118')
  await top.act(id, 'suspend', undefined, '停用')
  t.equal(await refused(await s.seal({ sequence: next })), 'suspended')
  await top.act(id, 'resume')
  const added = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sealed = await s.seal({ sequence: next }, added.privateKey)
  t.equal(await refused(sealed), 'report-signature')
  const key = prefixRecordKey('88.118')
  const stored = top.store.findRecord(key)!
  const value = createValue(301, 'HS_PUBKEY', encodeRsaPublicKey(added.publicKey))
  const block = encodeValues([...decodeValues(stored.block), value])
  top.registry.execute([{ operation: 'put', key, name: stored.name, block }], 'test')
  t.equal(await s.send(sealed), next)
})

t.test('who sees it: the operator, and whose it is; readers see it masked', async (t) => {
  const joined = await top.join('88.119', 1, 'other')
  t.same((await top.must('feed.list', {}, joined.token)).items, [], 'nothing of others')
  t.equal(await top.refusal('feed.items', { params: { prefix: '88.118' } }, joined.token),
    'not-found')
  t.equal(await top.refusal('feed.get', { params: { prefix: '88' } }), 'not-found')
  t.equal(await top.refusal('outbox.get'), 'not-found', 'a top-level node reports to nobody')
  const asked = { params: { prefix: '88.118' }, query: { kind: 'entity' } }
  const { token } = await readerOf()
  const [masked] = (await top.must('feed.items', asked, token)).items
  t.equal(masked.details.contact.mobile, '139****0000')
  const [shown] = (await top.must('feed.items', asked)).items
  t.same(shown.details.contact, organisation(1).contact)
  t.match((await top.must('feed.list')).items, [{ prefix: '88.118', entities: 1 }])
})

t.test('who sends wrong signatures must wait, and nobody else', async (t) => {
  const sequence: number = (await s.feed()).sequence
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sendFrom = async (address: string, report: string) => {
    const result = await top.desk.call(
      'feed.report', { body: { report } }, top.caller(null, { address }))
    return result.kind === 'refused' ? result : { code: 'taken', retryAfterSeconds: null }
  }
  const [forged, right] = [
    await s.seal({ sequence: sequence + 1 }, other.privateKey),
    await s.seal({ sequence: sequence + 1 }),
  ]
  for (let i = 0; i < GUESSES_OF_ADDRESS_MAX; i++) {
    t.equal((await sendFrom('192.0.2.7', forged)).code, 'report-signature')
  }
  for (const report of [forged, right]) {
    t.match(await sendFrom('192.0.2.7', report), { code: 'locked-out', retryAfterSeconds: 900 })
  }
  t.equal((await sendFrom('192.0.2.8', forged)).code, 'report-signature')
  t.equal((await sendFrom('192.0.2.8', right)).code, 'taken')
  const login = { body: { userName: 'reader', password: 'Guangzhou-2026' } }
  const { kind } = await top.desk.call(
    'session.create', login, top.caller(null, { address: '192.0.2.7' }))
  t.equal(kind, 'done', 'people there may log in')
  s.pass(LOCK_OUT_MS)
  const next = await s.seal({ sequence: sequence + 2 })
  t.equal((await sendFrom('192.0.2.7', next)).code, 'taken', 'after a while')
})

t.test('a secondary node keeps no feeds', async (t) => {
  t.same((await s.below.must('feed.list')).items, [])
})

async function readerOf() {
  await top.must('user.create', { body: { ...user('reader'), role: 'read-only' } })
  return await top.must('session.create', { body: user('reader') }, null) as { token: string }
}
