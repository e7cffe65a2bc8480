import t from 'tap'
import { IDENTIFIER_BYTES_MAX } from '../../src/identifier/limits.ts'
import { createDeskSetting, organisation, user } from './setting.ts'

t.test('roles and keys may do what they say, and no more', async (t) => {
  const s = await createDeskSetting(t)
  const { token, organisation: id, application } = await s.join('88.118', 1, 'secondary')
  await s.must('user.create', { body: { ...user('reader'), role: 'read-only' } }, token)
  const { token: reader } = await s.must('session.create', { body: user('reader') }, null)
  t.equal(await s.refusal('application.act',
    { params: { application }, body: { action: 'withdraw' } }, reader), 'forbidden')
  const shown = await s.must('organisation.get', { params: { organisation: id } }, reader)
  t.equal(shown.details.contact.mobile, '139****0000')
  const full = await s.must('organisation.get', { params: { organisation: id } }, token)
  t.equal(full.details.contact.mobile, '13900000000')

  const other = await s.join('88.119', 2, 'stranger')
  t.equal(await s.refusal('organisation.get', { params: { organisation: id } }, other.token),
    'not-found')
  t.equal(await s.refusal('application.get', { params: { application } }, other.token), 'not-found')

  const body = { name: 'erp', scopes: ['identifier:write'], expiresInDays: 1 }
  const key = await s.must('key.create', { body }, token)
  t.match(key.secret, /^sbk_/)
  t.notOk(JSON.stringify(await s.must('key.list', {}, token)).includes(key.secret))
  t.match(await s.must('session.show', {}, key.secret), { actor: `key:${key.id}` })
  t.equal(await s.refusal('organisation.list', {}, key.secret), 'forbidden')
  s.clock.ms += 86_400_000
  t.equal(await s.refusal('session.show', {}, key.secret), 'wrong-credentials', 'expired')
  t.equal(await s.refusal('session.show', {}, token), 'wrong-credentials', 'so has the log-in')
  const { token: again } = await s.must('session.create', { body: user('secondary') }, null)
  const second = await s.must('key.create', { body }, again)
  await s.must('key.revoke', { params: { key: second.id } }, again)
  t.equal(await s.refusal('session.show', {}, second.secret), 'wrong-credentials', 'revoked')
})

t.test('who guesses passwords is locked out, right password or not', async (t) => {
  const s = await createDeskSetting(t)
  const { user: id, token } = await s.join('88.118', 1, 'secondary')
  const logIn = (password: string) =>
    s.refusal('session.create', { body: { userName: 'secondary', password } }, null)
  for (let i = 0; i < 5; i++) t.equal(await logIn('wrong'), 'wrong-credentials')
  t.equal(await logIn('Guangzhou-2026'), 'locked-out')
  t.equal(await s.refusal('session.show', {}, token), `done: ${JSON.stringify(
    await s.must('session.show', {}, token))}`, 'who is in stays in')
  s.clock.ms += 900_000
  await s.must('session.create', { body: user('secondary') }, null)
  const { token: fresh } = await s.must('session.create', { body: user('secondary') }, null)
  const params = { user: id }
  t.equal(await s.refusal('user.update',
    { params, body: { disabled: true }, ifMatch: 'any' }, fresh), 'wrong-state',
  'the last administrator stays')
  t.same(s.errors, [])
})

t.test('a call that is repeated with its key is done once', async (t) => {
  const s = await createDeskSetting(t)
  const body = organisation(1)
  const once = await s.must('organisation.create', { body, idempotencyKey: 'k1' })
  const twice = await s.must('organisation.create', { body, idempotencyKey: 'k1' })
  t.same(twice, once)
  t.equal(await s.refusal('organisation.create', { body: organisation(2), idempotencyKey: 'k1' }),
    'idempotency-mismatch')
  t.equal(await s.refusal('organisation.create', { body }), 'certificate-taken')
  s.clock.ms += 86_400_001
  t.equal(await s.refusal('organisation.create', { body, idempotencyKey: 'k1' }),
    'certificate-taken', 'the answer was kept for a day')
  const key = { body: { name: 'k', scopes: ['identifier:write'] }, idempotencyKey: 'k2' }
  t.type((await s.must('key.create', key)).secret, 'string')
  t.equal((await s.must('key.create', key)).secret, null, 'a secret is shown once')
})

t.test('so is a registration, by whoever sends it from there; a log-in is not kept', async (t) => {
  const s = await createDeskSetting(t)
  const body = {
    organisation: organisation(1), user: user('secondary'), application: { prefix: '88.118' } }
  const call = { body, idempotencyKey: 'k1' }
  const once = await s.must('registration.create', call, null)
  t.same(await s.must('registration.create', call, null), once)
  const elsewhere = await s.desk.call(
    'registration.create', call, s.caller(null, { address: '192.0.2.7' }))
  t.match(elsewhere, { code: 'certificate-taken' })
  const logIn = { body: user('secondary'), idempotencyKey: 'k2' }
  const { token } = await s.must('session.create', logIn, null)
  t.not((await s.must('session.create', logIn, null)).token, token)
})

t.test('requests are counted by second and by day, prefixes by number', async (t) => {
  const s = await createDeskSetting(t)
  const { token, organisation: id } = await s.join('88.118', 1, 'secondary')
  const quota = { requestsPerSecond: 2, requestsPerDay: 5, prefixCountMax: 1 }
  await s.must('quota.set', { params: { holder: id }, body: quota })
  const show = () => s.refusal('session.show', {}, token)
  t.match(await show(), /^done/)
  t.match(await show(), /^done/)
  t.equal(await show(), 'rate')
  s.clock.ms += 1000
  t.equal(await s.refusal('application.create', { body: { prefix: '88.120' } }, token),
    'prefix-limit')
  t.match(await show(), /^done/)
  s.clock.ms += 1000
  t.match(await show(), /^done/)
  t.equal(await show(), 'daily-limit')
  s.desk.save()
  t.equal(s.store.desk.usage.requestsOn(id, Math.floor((s.clock.ms + 28_800_000) / 86_400_000)), 5)
})

t.test('lists come in pages', async (t) => {
  const s = await createDeskSetting(t)
  for (let i = 1; i <= 5; i++) await s.must('organisation.create', { body: organisation(i) })
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await s.must('organisation.list', { query: { limit: '2', cursor } })
    t.ok(page.items.length <= 2)
    names.push(...page.items.map((one: any) => one.details.name))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  t.same(names, ['测试运营单位', ...[1, 2, 3, 4, 5].map((i) => `测试企业 ${i}`)])
})

t.test('a cursor is one that an answer gave', async (t) => {
  const s = await createDeskSetting(t)
  for (const cursor of ['nonsense', '!!!', '', 'b3JnXzE', 'x'.repeat(5_000)]) {
    const result = await s.call('organisation.list', { query: { cursor } })
    t.match(result, { code: 'invalid', issues: [{ pointer: '/query/cursor' }] }, cursor.slice(0, 9))
  }
})

t.test('a list goes on behind the longest identifier', async (t) => {
  const s = await createDeskSetting(t)
  const long = 'x'.repeat(IDENTIFIER_BYTES_MAX - '88/1'.length)
  for (const handle of [`88/1${long}`, `88/2${long}`]) {
    await s.must('identifier.create', {
      body: { handle, values: [{ index: 2000, type: 'NAME', data: '电机' }] } })
  }
  const query = { prefix: '88', limit: '1' }
  const first = await s.must('identifier.list', { query })
  const second = await s.must('identifier.list', { query: { ...query, cursor: first.nextCursor } })
  t.match(second.items, [{ handle: `88/2${long}` }])
})

t.test('what someone else decides is said with its state, or without one', async (t) => {
  const s = await createDeskSetting(t)
  const { token, organisation: id, application } = await s.join('88.118', 1, 'secondary')
  t.match(await s.call('application.act', { params: { application }, body: { action: 'approve' } },
    token), { code: 'not-yours', message: /decides that in the state “pending”$/ })
  t.match(await s.call('quota.set', { params: { holder: id }, body: {} }, token),
    { code: 'not-yours', message: 'Someone else decides that' })
})

t.test('a new password does not hold the user name either', async (t) => {
  const s = await createDeskSetting(t)
  const { user: id, token } = await s.join('88.118', 1, 'secondary')
  const set = (password: string) => s.refusal('user.update',
    { params: { user: id }, body: { password }, ifMatch: 'any' }, token)
  t.equal(await set('Secondary-2026'), 'invalid')
  t.match(await set('Shenzhen-2026'), /^done/)
})

t.test('an IPv6 network has the open calls of one address', async (t) => {
  const s = await createDeskSetting(t)
  const logIn = async (address: string) => {
    const body = { key: 'key_none', proof: 'x' }
    const result = await s.desk.call('session.exchange', { body }, s.caller(null, { address }))
    return result.kind === 'refused' ? result.code : 'done'
  }
  for (let i = 0; i < 30; i++) t.equal(await logIn(`2001:db8::${i}`), 'wrong-credentials')
  t.equal(await logIn('2001:db8::ffff'), 'locked-out')
  t.equal(await logIn('2001:db8:0:1::1'), 'wrong-credentials', 'the network beside it is free')
})
