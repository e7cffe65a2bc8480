import t from 'tap'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import * as rules from '../../src/resolver/cache-rules.ts'
import { encodeValues } from '../../src/wire/values.ts'

const policy = { absentSeconds: 30, staleSeconds: 3600 }
const NOW_MS = 5000
const NOW_SECONDS = 1_700_000_000
const DAY_MS = 86_400_000

const remembered = (...values: HandleValue[]) =>
  rules.rememberRecord(encodeValues(values), NOW_MS, NOW_SECONDS, policy)
const url = (rest: Partial<HandleValue>) => createValue(1, 'URL', 'x', rest)

t.test('how long a record is remembered', async (t) => {
  const absolute = (ttl: number) => ({ ttlType: 'absolute' as const, ttl })
  const cases: [what: string, values: HandleValue[], lifeMs: number][] = [
    ['a relative TTL', [url({ ttl: 600 })], 600_000],
    ['the shortest of several', [url({ ttl: 600 }), url({ ttl: 60 })], 60_000],
    ['an absolute one', [url(absolute(NOW_SECONDS + 90))], 90_000],
    ['the shorter kind', [url({ ttl: 600 }), url(absolute(NOW_SECONDS + 90))], 90_000],
    ['one that is over', [url(absolute(NOW_SECONDS - 1))], 0],
    ['two days at most', [url({ ttl: 10_000_000 })], 2 * DAY_MS],
    ['two days at most, absolute', [url(absolute(NOW_SECONDS + 10_000_000))], 2 * DAY_MS],
    ['none', [url({ ttl: 0 })], 0],
    ['a negative one', [url({ ttl: -5 })], 0],
    ['no values', [], DAY_MS],
  ]
  for (const [what, values, lifeMs] of cases) {
    const answer = remembered(...values)
    t.equal(answer.freshUntilMs, NOW_MS + lifeMs, what)
    t.equal(rules.isFresh(answer, NOW_MS), lifeMs > 0)
    t.notOk(rules.isFresh(answer, NOW_MS + lifeMs))
  }
  t.match(remembered(url({ ttl: 600 })).outcome, {
    ttlSeconds: 600, recursed: { stale: false, freshUntilMs: NOW_MS + 600_000 },
  })
  t.match(remembered().outcome, { kind: 'no-values' })
})

t.test('a record may be shown stale for a while', async (t) => {
  const answer = remembered(url({ ttl: 600 }))
  const end = NOW_MS + 600_000
  t.match(rules.staleOutcomeOf(answer, end + 3_599_999), {
    recursed: { stale: true }, ttlSeconds: 30,
  })
  t.equal(rules.staleOutcomeOf(answer, end + 3_600_000), undefined)
})

t.test('absence is short, and never stale', async (t) => {
  const absent = rules.rememberAbsence(NOW_MS, policy)
  t.match(absent, { outcome: { kind: 'absent' }, freshUntilMs: NOW_MS + 30_000 })
  t.equal(rules.staleOutcomeOf(absent, NOW_MS + 1), undefined)
})

t.test('a failure is remembered for seconds, as a failure', async (t) => {
  const failed = rules.rememberFailure({ kind: 'failed', reason: 'upstream' }, NOW_MS)
  t.same(failed.outcome, { kind: 'failed', reason: 'upstream' })
  t.ok(rules.isFresh(failed, NOW_MS + rules.FAILURE_MS - 1))
  t.notOk(rules.isFresh(failed, NOW_MS + rules.FAILURE_MS))
  t.equal(rules.staleOutcomeOf(failed, NOW_MS), undefined)
  t.ok(rules.FAILURE_MS <= 5000)
})

t.test('what is in demand is fetched anew in the last tenth of its life', async (t) => {
  const answer = remembered(url({ ttl: 100 }))
  answer.demandCount = rules.REFRESH_DEMAND_COUNT
  t.notOk(rules.wantsRefresh(answer, NOW_MS + 89_999))
  t.ok(rules.wantsRefresh(answer, NOW_MS + 90_000))
  answer.demandCount--
  t.notOk(rules.wantsRefresh(answer, NOW_MS + 95_000), 'not in demand')
  answer.demandCount++
  rules.postpone(answer, NOW_MS + 95_000)
  t.notOk(rules.wantsRefresh(answer, NOW_MS + 95_001), 'just tried')
  t.ok(rules.isPostponed(answer, NOW_MS + 95_001))
  t.ok(rules.wantsRefresh(answer, NOW_MS + 95_000 + rules.FAILURE_MS))
})

t.test('a record is fetched anew for failing sites, but not over and over', async (t) => {
  const answer = remembered(url({ ttl: 100 }))
  t.notOk(rules.mayRefetch(answer, NOW_MS + rules.REFETCH_MIN_MS - 1))
  t.ok(rules.mayRefetch(answer, NOW_MS + rules.REFETCH_MIN_MS))
  rules.postpone(answer, NOW_MS + rules.REFETCH_MIN_MS)
  t.notOk(rules.mayRefetch(answer, NOW_MS + rules.REFETCH_MIN_MS))
})
