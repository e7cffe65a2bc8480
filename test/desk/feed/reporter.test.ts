import t from 'tap'
import { DeskProblem } from '../../../src/client/desk-api-connection.ts'
import { REPORT_INTERVAL_MS, REPORT_LATE_MS, REPORT_RETRY_MS, REPORT_RETRY_MS_MAX } from
  '../../../src/desk/limits.ts'
import { organisation } from '../setting.ts'
import { createFeedSetting, ROUTE } from './setting.ts'

t.test('all there is at first, then each change, then nothing', async (t) => {
  const s = await createFeedSetting(t)
  const one = await s.enterprise(1)
  t.match(await s.feed(), { entities: 0, routes: 0, receivedAt: null, late: true })
  t.equal(await s.drain(), REPORT_INTERVAL_MS)
  t.match(await s.feed(), { entities: 1, routes: 1, ageSeconds: 0, late: false, lastError: null })

  const two = await s.enterprise(2)
  t.match(await s.below.must('outbox.get'), { waiting: 2, ageSeconds: 0, lastError: null })
  await s.drain()
  t.match(await s.below.must('outbox.get'), { waiting: 0, oldestAt: null, walking: false })
  const route = { endpoints: [{ ip: '2001:db8::1', tcpPort: 2641, httpPort: 80 }] }
  await s.below.must('prefix.route', {
    params: { prefix: '88.118.2' }, body: route, ifMatch: 'any' })
  await s.drain()
  const [, moved] = await s.items('route')
  t.match(moved, { id: two.application, prefix: '88.118.2', state: 'enabled', route,
    organisation: two.organisation })
  await s.below.must('organisation.update', {
    params: { organisation: one.organisation }, ifMatch: 'any',
    body: organisation(1, { name: '新名称' }) })
  await s.drain()
  const [renamed] = await s.items('entity')
  t.match(renamed, { id: one.organisation, kind: 'entity', details: { name: '新名称' } })
  const sent = s.answers.length
  await s.drain()
  t.equal(s.answers.length, sent, 'nothing changed, nothing was sent')
})

t.test('prefixes that wait for review are not reported, deleted ones no longer', async (t) => {
  const s = await createFeedSetting(t)
  const { id } = await s.below.must('organisation.create', { body: organisation(1) })
  await s.below.must('application.create', { body: { prefix: '88.118.1', organisation: id } })
  await s.drain()
  t.match(await s.feed(), { entities: 1, routes: 0 })
  const { application } = await s.enterprise(2)
  await s.drain()
  t.match(await s.feed(), { entities: 2, routes: 1 })
  await s.below.act(application, 'suspend', undefined, '欠费')
  await s.drain()
  t.match(await s.items('route'), [{ state: 'suspended' }])
  for (const action of ['request-deletion', 'delete']) await s.below.act(application, action)
  await s.drain()
  t.match(await s.feed(), { entities: 2, routes: 0 })
})

t.test('while the node above is away everything waits, and longer each time', async (t) => {
  const s = await createFeedSetting(t)
  await s.drain()
  const { post } = s.line
  s.line.post = () => Promise.reject(new Error('it can’t be reached'))
  await s.enterprise(1)
  const delays: number[] = []
  for (let i = 0; i < 9; i++) delays.push(await s.reporter.step())
  t.same(delays.slice(0, 3), [0.75, 1.5, 3].map((factor) => factor * REPORT_RETRY_MS))
  t.equal(delays.at(-1), REPORT_RETRY_MS_MAX * 0.75)
  t.ok(s.reporter.failing)
  s.pass(REPORT_LATE_MS + 1)
  t.match(await s.below.must('outbox.get'), {
    waiting: 2, ageSeconds: 7_200, lastError: { message: 'it can’t be reached' } })
  t.match(await s.feed(), { late: true, ageSeconds: 7_200 })
  s.restart()
  s.line.post = post
  await s.drain()
  t.match(await s.feed(), { entities: 1, routes: 1, late: false })
  t.match(await s.below.must('outbox.get'), { waiting: 0, lastError: null })
  t.equal(s.outcomes.filter((outcome) => outcome === 'failed').length, 9)
})

t.test('the node above says when to come again', async (t) => {
  const s = await createFeedSetting(t)
  s.line.post = () => Promise.reject(new DeskProblem(503, 'busy', 'Busy', [], 90))
  t.equal(await s.reporter.step(), 90_000)
  t.match(await s.below.must('outbox.get'), { lastError: { message: 'Busy' } })
})

t.test('an answer that got lost changes nothing: the same report comes again', async (t) => {
  const s = await createFeedSetting(t)
  await s.drain()
  const { post } = s.line
  s.line.post = async (report) => {
    await post(report)
    throw new Error('the line broke')
  }
  await s.enterprise(1)
  await s.reporter.step()
  const sequence: number = (await s.feed()).sequence
  // More happens before the same report comes again.
  await s.enterprise(2)
  s.pass(60_000)
  s.line.post = post
  await s.reporter.step()
  t.equal((await s.feed()).sequence, sequence, 'it was known')
  await s.drain()
  t.match(await s.feed(), { entities: 2, routes: 2, sequence: sequence + 1 })
})

t.test('a restart between sending and hearing: numbers differ, and all comes again', async (t) => {
  const s = await createFeedSetting(t)
  await s.drain()
  const { post } = s.line
  s.line.post = async (report) => {
    await post(report)
    throw new Error('killed')
  }
  await s.enterprise(1)
  await s.reporter.step()
  s.restart()
  s.line.post = post
  await s.enterprise(2)
  await s.drain()
  t.match(s.answers.find((answer) => answer instanceof DeskProblem), { code: 'report-sequence' })
  t.match(await s.feed(), { entities: 2, routes: 2 })
  t.match(await s.below.must('outbox.get'), { waiting: 0, walking: false, lastError: null })
})

t.test('a node above that has lost everything gets everything again', async (t) => {
  const s = await createFeedSetting(t)
  for (const number of [1, 2, 3]) await s.enterprise(number)
  await s.drain()
  s.top.store.transact({ actor: 'test', timeMs: 0 }, () => {
    s.top.store.desk.feeds.deleteRange('88.118', '', null)
    s.top.store.desk.feeds.save({
      prefix: '88.118', sequence: 0, digest: Buffer.alloc(0), receivedMs: 0, completeMs: null,
      failedMs: null, failure: null })
  })
  await s.enterprise(4)
  await s.drain()
  t.match(await s.feed(), { entities: 4, routes: 4 })
})

t.test('two nodes by one name do not chase each other without a pause', async (t) => {
  const s = await createFeedSetting(t)
  const issues = [{ pointer: '/report/sequence', rule: 'sequence:7', message: '' }]
  s.line.post = () => Promise.reject(new DeskProblem(409, 'report-sequence', '', issues, null))
  t.equal(await s.reporter.step(), 0)
  t.equal(await s.reporter.step(), 1.5 * REPORT_RETRY_MS)
})

t.test('each hour all is reported, and what differs is mended', async (t) => {
  const s = await createFeedSetting(t)
  const made = [await s.enterprise(1), await s.enterprise(2), await s.enterprise(3)]
  const count = 202
  for (let number = 4; number <= count; number++) {
    await s.below.must('organisation.create', { body: organisation(number) })
  }
  await s.drain()
  t.match(await s.feed(), { entities: count, routes: 3 })
  const { feeds } = s.top.store.desk
  s.top.store.transact({ actor: 'test', timeMs: 0 }, () => {
    feeds.deleteItem('88.118', made[0]!.application)
    feeds.deleteItem('88.118', made[2]!.organisation)
    for (const id of ['app_0', 'org_0', 'org_f']) {
      feeds.putItem({ feed: '88.118', id, kind: 'entity', receivedMs: 0, body: '{}' })
    }
  })
  t.equal(await s.drain(), REPORT_INTERVAL_MS, 'it is not time yet')
  s.pass(REPORT_INTERVAL_MS - 1)
  t.equal(await s.drain(), 1)
  t.match(await s.feed(), { entities: count + 2, routes: 2 })
  s.pass(1)
  const sent = s.answers.length
  t.equal(await s.drain(), REPORT_INTERVAL_MS)
  t.equal(s.answers.length - sent, 2, 'in parts')
  t.match(await s.feed(), { entities: count, routes: 3, ageSeconds: 0 })
  t.same((await s.items('route')).map(({ id }) => id), made.map(({ application }) => application))
})

t.test('a full report goes on where it was when the node stopped', async (t) => {
  const s = await createFeedSetting(t)
  for (let number = 1; number <= 210; number++) {
    await s.below.must('organisation.create', { body: organisation(number) })
  }
  // The changes first, in two reports; then the first part of all there is.
  for (let i = 0; i < 3; i++) t.equal(await s.reporter.step(), 0)
  t.match(await s.below.must('outbox.get'), { waiting: 0, walking: true, completeAt: null })
  t.match(await s.feed(), { entities: 210, completeAt: null })
  s.restart()
  await s.drain()
  t.equal(s.answers.length, 4)
  t.match(await s.feed(), { entities: 210, late: false })
})

t.test('a clock that was set back does not put the next full report off', async (t) => {
  const s = await createFeedSetting(t)
  await s.drain()
  s.pass(-10 * REPORT_INTERVAL_MS)
  const sent = s.answers.length
  t.equal(await s.drain(), REPORT_INTERVAL_MS)
  t.equal(s.answers.length, sent + 1)
})

t.test('a node learns what the one above is called', async (t) => {
  const s = await createFeedSetting(t)
  t.match(await s.below.must('desk.show'), {
    prefix: '88.118', level: 'secondary', operator: '测试运营单位',
    topLevelNode: '工业互联网标识解析国家顶级节点' })
  await s.drain()
  t.match(await s.below.must('desk.show'), { topLevelNode: '测试运营单位' })
  t.match(await s.top.must('desk.show'), { prefix: '88', topLevelNode: '测试运营单位' })
})

t.test('hosted prefixes say so; routes are those of tables 2 and 7', async (t) => {
  const s = await createFeedSetting(t)
  await s.enterprise(1)
  await s.drain()
  t.match(await s.items('route'), [{
    hosting: 'not-hosted', route: { codeSystem: 'VAA', ...ROUTE } }])
  for (const action of ['request', 'approve']) {
    await s.below.must('prefix.hosting', { params: { prefix: '88.118.1' }, body: { action } })
  }
  await s.drain()
  t.match(await s.items('route'), [{ hosting: 'hosted' }])
})
