import t from 'tap'
import { RecursedCache } from '../../src/cache/recursed-cache.ts'
import { createValue } from '../../src/record/value.ts'
import { RememberedDelegations } from '../../src/resolver/remembered-delegations.ts'
import { encodeValues } from '../../src/wire/values.ts'

t.test('a referral is fresh for its TTL, then good for want of a better one', (t) => {
  let seconds = 1_000
  const clock = {
    nowMs: () => seconds * 1000, nowSeconds: () => seconds, elapsedMs: () => seconds * 1000,
  }
  const policy = { absentSeconds: 30, staleSeconds: 600 }
  const delegations = new RememberedDelegations(new RecursedCache(100_000), clock, policy)
  const site = createValue(1, 'HS_SITE.PREFIX', Buffer.from('somewhere'))
  const block = encodeValues([{ ...site, ttl: 60 }])
  delegations.set('88', block)
  t.same(delegations.get('88'), { block, fresh: true })
  t.equal(delegations.get('88.118'), undefined, 'of that prefix alone')
  seconds += 59
  t.equal(delegations.get('88')?.fresh, true)
  seconds += 1
  t.same(delegations.get('88'), { block, fresh: false })
  seconds += 600
  t.equal(delegations.get('88'), undefined)
  t.end()
})
