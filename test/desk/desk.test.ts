import t from 'tap'
import { packBatch, ROW_RESULTS } from '../../src/desk/batch.ts'
import { RegistrationReader } from '../../src/desk/registration.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { createDeskSetting, organisation, user } from './setting.ts'

const ROUTE = { endpoints: [{ ip: '192.0.2.7', tcpPort: 2641, httpPort: 8000 }] }
const value = (index: number, type: string, data: string) => ({ index, type, data })

/** A desk with a secondary node served here and an enterprise that is hosted by it. */
async function createHosted(t: Parameters<typeof createDeskSetting>[0]) {
  const s = await createDeskSetting(t, '88.118')
  const ent = await s.join('88.118.8', 2, 'enterprise')
  await s.act(ent.application, 'approve')
  await s.act(ent.application, 'approve')
  const hosting = (action: string, secret = s.first.apiKey) =>
    s.call('prefix.hosting', { params: { prefix: '88.118.8' }, body: { action } }, secret)
  return { ...s, ent, hosting }
}

t.test('a prefix is applied for, reviewed twice, and resolves', async (t) => {
  const s = await createDeskSetting(t)
  const sec = await s.join('88.118', 1, 'secondary', { route: ROUTE })
  t.equal(s.record('0.NA/88.118'), undefined, 'nothing before the review')
  t.equal(await s.refusal('registration.create', { body: {
    organisation: organisation(9), user: user('early'), application: { prefix: '88.118.1' } } },
  null), 'parent-unknown')
  const approved = await s.act(sec.application, 'approve')
  t.match(approved, { kind: 'done', value: { state: 'enabled', stateCode: 1 } })
  const site = s.record('0.NA/88.118')!['HS_SITE']
  t.equal(site.servers[0].address, '192.0.2.7')
  t.same(s.record('0.NA/88.118')!['HS_SITE.PREFIX'], site)

  const ent = await s.join('88.118.8', 2, 'enterprise', { route: ROUTE })
  t.match(await s.act(ent.application, 'approve'), { code: 'not-yours' }, 'the secondary is first')
  t.match(await s.act(ent.application, 'approve', ent.token), { code: 'not-yours' })
  t.match(await s.act(ent.application, 'approve', sec.token), { value: { state: 'reviewing' } })
  t.equal(s.record('0.NA/88.118.8'), undefined)
  t.match(await s.act(ent.application, 'approve', sec.token), { code: 'not-yours' })
  t.match(await s.act(ent.application, 'approve'), { value: { state: 'enabled' } })
  const record = s.record('0.NA/88.118.8')!
  t.match(record['HS_ADMIN'], { handle: '0.NA/88.118.8', index: 300 })
  t.equal(record['HS_SITE.PREFIX'], undefined)
  t.notOk(JSON.stringify(record).includes('李四'))

  const journal = await s.must('application.journal',
    { params: { application: ent.application } }, ent.token)
  t.same(journal.items.map((one: any) => `${one.action} ${one.before}→${one.after}`),
    ['submit null→pending', 'approve pending→reviewing', 'approve reviewing→enabled'])
  t.same(s.errors, [])
})

t.test('a rejected application is mended and submitted again', async (t) => {
  const s = await createDeskSetting(t)
  const { application, token } = await s.join('88.118', 1, 'secondary')
  t.match(await s.act(application, 'reject'), { code: 'reason-needed' })
  t.match(await s.act(application, 'reject', s.first.apiKey, '证照不清'),
    { value: { state: 'rejected', stateCode: 3 } })
  const params = { application }
  const mend = { params, body: { route: ROUTE } }
  t.equal(await s.refusal('application.mend', mend, token), 'version-needed')
  t.equal(await s.refusal('application.mend', { ...mend, ifMatch: [1, 3] }, token), 'version-stale')
  t.match(await s.call('application.mend', { ...mend, ifMatch: [1, 2] }, token),
    { value: { state: 'pending', stateCode: 4 }, version: 3 })
  t.match(await s.act(application, 'approve'), { value: { state: 'enabled' } })
  t.ok(s.record('0.NA/88.118')!['HS_SITE'], 'with the mended route')
})

t.test('a code is reserved while it is asked for, and never given twice', async (t) => {
  const s = await createDeskSetting(t)
  const first = await s.join('88.118', 1, 'first', { route: ROUTE })
  const again = (number: number, name: string) => s.refusal('registration.create', { body: {
    organisation: organisation(number), user: user(name), application: { prefix: '88.118' } } },
  null)
  t.equal(await again(2, 'second'), 'prefix-taken')
  t.match(await s.act(first.application, 'withdraw', first.token),
    { value: { state: 'withdrawn' } })
  const third = await s.join('88.118', 3, 'third', { route: ROUTE })
  await s.act(third.application, 'approve')
  for (const [action, reason] of [['suspend', 'x'], ['request-deletion'], ['delete']] as const) {
    const done = await s.act(third.application, action, s.first.apiKey, reason)
    t.match(done, { kind: 'done' }, action)
  }
  t.equal(s.record('0.NA/88.118'), undefined)
  t.equal(await again(4, 'fourth'), 'prefix-taken', 'though it was deleted')
})

t.test('a hosted prefix lives here, moves by its route, and can be suspended', async (t) => {
  const s = await createHosted(t)
  const { ent } = s
  const create = (suffix: string, secret = ent.token) => s.call('identifier.create', { body: {
    handle: `88.118.8/${suffix}`, values: [value(2000, 'NAME', 'x')] } }, secret)
  t.match(await create('P1'), { code: 'not-homed' })
  t.match(await s.hosting('approve'), { code: 'wrong-state' })
  t.match(await s.hosting('request', ent.token),
    { value: { hosting: 'requested', hostingCode: 2 } })
  t.match(await s.hosting('approve', ent.token), { code: 'not-yours' })
  t.match(await s.hosting('approve'), { value: { hosting: 'hosted', hostingCode: 4 } })
  t.ok(s.store.loadHomedPrefixes().includes('88.118.8'))
  t.match(await create('P1'), { value: { result: 'created' } })
  t.match(await create('P1'), { code: 'handle-exists' })
  t.match(s.record('88.118.8/P1')!['HS_ADMIN'], { handle: '0.NA/88.118.8' })

  t.match(await s.act(ent.application, 'suspend', s.first.apiKey, '欠费'),
    { value: { state: 'suspended', stateCode: 0 } })
  t.notOk(s.store.loadHomedPrefixes().includes('88.118.8'))
  t.equal(s.record('0.NA/88.118.8')!['HS_SITE'], undefined, 'nobody is led there')
  t.equal(s.record('0.NA/88.118.8')!['STATUS'], 'suspended')
  t.match(await create('P2'), { code: 'suspended' })
  t.ok(s.record('88.118.8/P1'), 'the data stay')
  await s.act(ent.application, 'resume')
  t.ok(s.store.loadHomedPrefixes().includes('88.118.8'))

  const prefix = await s.call('prefix.get', { params: { prefix: '88.118.8' } }, ent.token)
  const ifMatch = prefix.kind === 'done' ? [prefix.version!] : null
  const params = { prefix: '88.118.8' }
  t.match(await s.call('prefix.route', { params, body: ROUTE, ifMatch }, ent.token),
    { value: { hosting: 'not-hosted' } })
  t.equal(s.record('0.NA/88.118.8')!['HS_SITE'].servers[0].address, '192.0.2.7')
  t.notOk(s.store.loadHomedPrefixes().includes('88.118.8'), 'it lives elsewhere now')
  t.same(s.errors, [])
})

t.test('the public key of the holder becomes HS_PUBKEY, and what others wrote stays', async (t) => {
  const { generateKeyPairSync } = await import('node:crypto')
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    .export({ type: 'spki', format: 'pem' })
  const s = await createDeskSetting(t)
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    .export({ type: 'spki', format: 'pem' })
  const { application, token } = await s.join('88.118', 1, 'secondary', { publicKey: pem })
  await s.act(application, 'approve')
  t.equal(s.record('0.NA/88.118')!['HS_PUBKEY'].kty, 'RSA')
  const params = { prefix: '88.118' }
  t.equal(await s.refusal('prefix.key', { params, body: { publicKey: small }, ifMatch: 'any' },
    token), 'invalid')
})

t.test('a batch is registered row by row, in one transaction', async (t) => {
  const s = await createHosted(t)
  await s.hosting('request', s.ent.token)
  await s.hosting('approve')
  const reader = new RegistrationReader(() => undefined)
  const row = (handle: string, data = 'x') =>
    reader.read({ handle, values: [value(2000, 'NAME', data)] }, 1)
  const send = async (handles: string[], mode: 'create' | 'put' = 'create', data = 'x') => {
    const batch = packBatch(handles.map((handle) => row(handle, data)), mode)
    const result = await s.desk.register(batch, s.caller(s.ent.token))
    return result.kind === 'rows' ? [...result.results].map((one) => ROW_RESULTS[one]) : result
  }
  t.same(await send(['88.118.8/A', '88.118.8/a', '88.118.9/A', '88.118.8/B']),
    ['created', 'handle-exists', 'not-yours', 'created'])
  t.same(await send(['88.118.8/A'], 'put'), ['unchanged'])
  const many = Array.from({ length: 100 }, (_unused, i) => `88.118.8/N${i}`)
  t.same(new Set(await send(many) as string[]), new Set(['created']))
  t.same(new Set(await send(many) as string[]), new Set(['handle-exists']), 'all are there')
  const gap = await send(['88.118.8/N0x', ...many, '88.118.8/ň', '88.118.8/N0x']) as string[]
  t.same([gap.at(0), gap.at(1), gap.at(-2), gap.at(-1)],
    ['created', 'handle-exists', 'created', 'handle-exists'])
  t.same(await send(['88.118.8/A'], 'put', 'y'), ['replaced'])
  t.same(await send([]), [])
  t.equal(s.record('88.118.8/A')!['NAME'], 'y')
  const quota = { params: { holder: s.ent.organisation }, body: { identifierCountMax: 105 } }
  await s.must('quota.set', quota)
  t.same(await send(['88.118.8/C', '88.118.8/D', '88.118.8/A']),
    ['created', 'register-limit', 'handle-exists'])
  t.match(await s.must('quota.get', { params: { holder: s.ent.organisation } }),
    { used: { identifiers: 105 } })
  t.match(await s.desk.register(packBatch([], 'create'), s.caller(null)),
    { code: 'not-authenticated' })
  await s.must('identifier.delete', { params: { handle: '88.118.8/C' } }, s.ent.token)
  t.same(await send(['88.118.8/D']), ['created'])
})

t.test('a template is drafted, published, followed and withdrawn', async (t) => {
  const s = await createHosted(t)
  await s.hosting('request', s.ent.token)
  await s.hosting('approve')
  const { token } = s.ent
  const params = { prefix: '88.118.8', version: 'v1' }
  const body = { version: 'v1', items: [
    { name: '名称', type: 'NAME', index: 2000, dataType: 'text', required: true },
    { name: '序列号', type: 'SERIAL', index: 2001, dataType: 'text', unique: true },
  ] }
  await s.must('template.create', { params: { prefix: '88.118.8' }, body }, token)
  t.equal(await s.refusal('template.create', { params: { prefix: '88.118.8' }, body }, token),
    'version-taken')
  const register = (suffix: string, values: object[]) => s.call('identifier.create', {
    body: { handle: `88.118.8/${suffix}`, template: 'v1', values } }, token)
  t.match(await register('A', [value(2000, 'NAME', 'x')]), { code: 'template-unknown' })
  await s.must('template.act', { params, body: { action: 'publish' } }, token)
  t.equal(await s.refusal('template.update', { params, body, ifMatch: 'any' }, token),
    'wrong-state', 'a published version never changes')
  t.match(await register('A', [value(2001, 'SERIAL', 's1')]),
    { code: 'invalid', issues: [{ pointer: '/body/values', rule: 'item-required' }] })
  t.match(await register('A', [value(2000, 'NAME', 'x'), value(2001, 'SERIAL', 's1')]),
    { value: { result: 'created' } })
  t.match(await register('B', [value(2000, 'NAME', 'x'), value(2001, 'SERIAL', 's1')]),
    { code: 'invalid', issues: [{ pointer: '/body/values', rule: 'item-unique' }] })
  const nameless = { params: { handle: 'none' }, body: { values: [] } }
  t.match(await s.call('identifier.put', nameless, token),
    { code: 'invalid', issues: [{ pointer: '/params/handle', rule: 'handle' }] })
  t.equal(s.record('88.118.8/A')!['TEMPLATE'], 'v1')
  t.equal(s.record('88.118.8/B'), undefined)
  await s.must('identifier.delete', { params: { handle: '88.118.8/A' } }, token)
  t.match(await register('B', [value(2000, 'NAME', 'x'), value(2001, 'SERIAL', 's1')]),
    { value: { result: 'created' } }, 'the value is free again')
  await s.must('template.act', { params, body: { action: 'withdraw' } }, token)
  t.match(await register('C', [value(2000, 'NAME', 'x')]), { code: 'template-unknown' })
})

t.test('a unique value is free once the record that had it has it no more', async (t) => {
  const s = await createHosted(t)
  await s.hosting('request', s.ent.token)
  await s.hosting('approve')
  const { token } = s.ent
  const body = { version: 'v1', items: [
    { name: '序列号', type: 'SERIAL', index: 2001, dataType: 'text', unique: true },
  ] }
  await s.must('template.create', { params: { prefix: '88.118.8' }, body }, token)
  await s.must('template.act',
    { params: { prefix: '88.118.8', version: 'v1' }, body: { action: 'publish' } }, token)
  const register = (suffix: string, serial: string) => s.call('identifier.create', { body: {
    handle: `88.118.8/${suffix}`, template: 'v1', values: [value(2001, 'SERIAL', serial)] } },
  token)
  const done = { value: { result: 'created' } }
  for (const suffix of ['A', 'B', 'C']) t.match(await register(suffix, `s${suffix}`), done)
  // Records are changed through other doors too, which know nothing of the desk.
  const name = (suffix: string) =>
    ({ key: keyOf(`88.118.8/${suffix}`), name: `88.118.8/${suffix}` })
  const block = encodeValues([createValue(2001, 'SERIAL', 'other')])
  s.registry.execute([
    { operation: 'delete', ...name('A') }, { operation: 'delete', ...name('B') },
    { operation: 'put', ...name('C'), block },
  ], 'test')
  t.match(await register('A', 'sA'), done, 'by its own name')
  t.match(await register('D', 'sB'), done, 'by another name')
  t.match(await register('E', 'sC'), done, 'its record has another value now')
  t.match(await register('F', 'sA'), { code: 'invalid', issues: [{ rule: 'item-unique' }] })
  t.same(s.errors, [])
})

t.test('identifiers that came another way do not count below nothing', async (t) => {
  const s = await createHosted(t)
  await s.hosting('request', s.ent.token)
  await s.hosting('approve')
  const name = '88.118.8/imported'
  const block = encodeValues([createValue(1, 'NAME', 'x')])
  s.registry.execute([{ operation: 'put', key: keyOf(name), name, block }], 'test')
  await s.must('identifier.delete', { params: { handle: name } }, s.ent.token)
  t.match(await s.must('quota.get', { params: { holder: s.ent.organisation } }),
    { used: { identifiers: 0 } })
})

t.test('a prefix record follows the name and the industry of its holder', async (t) => {
  const s = await createDeskSetting(t)
  const { application, token, organisation: id } =
    await s.join('88.118', 1, 'secondary', { route: ROUTE })
  await s.join('88.119', 2, 'other')
  const update = (body: object) =>
    s.must('organisation.update', { params: { organisation: id }, body, ifMatch: 'any' }, token)
  await update(organisation(1, { name: '改名一' }))
  t.equal(s.record('0.NA/88.118'), undefined, 'nothing before the review')
  await s.act(application, 'approve')
  await s.act(application, 'suspend', s.first.apiKey, 'x')
  await update(organisation(1, { name: '改名二', industry: 'C34' }))
  t.match(s.record('0.NA/88.118'),
    { ORGANISATION: '改名二', INDUSTRY: 'C 制造业 / 34 通用设备制造业', STATUS: 'suspended' })
  t.equal(s.record('0.NA/88.118')!['HS_SITE'], undefined)
})
