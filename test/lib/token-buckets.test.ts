import t from 'tap'
import { TokenBuckets } from '../../src/lib/token-buckets.ts'

const create = (keyCountMax = 10) => {
  const clock = { ms: 0, elapsedMs: () => clock.ms }
  return { clock, buckets: new TokenBuckets({ capacity: 3, perSecond: 2, keyCountMax }, clock) }
}

t.test('so many at once, then as they come back', async (t) => {
  const { clock, buckets } = create()
  t.same([1, 2, 3, 4].map(() => buckets.take('a')), [true, true, true, false])
  t.ok(buckets.take('b'), 'each key has its own')
  clock.ms += 499
  t.notOk(buckets.take('a'))
  clock.ms += 1
  t.ok(buckets.take('a'))
  t.notOk(buckets.take('a'))
  clock.ms += 60_000
  t.same([1, 2, 3, 4].map(() => buckets.take('a')), [true, true, true, false], 'never more')
})

t.test('what is given back may be taken again; a full bucket is forgotten', async (t) => {
  const { buckets } = create()
  buckets.take('a')
  t.equal(buckets.size, 1)
  buckets.giveBack('a')
  t.equal(buckets.size, 0)
})

t.test('keys are bounded: the one that took longest ago is forgotten', async (t) => {
  const { buckets } = create(2)
  for (let i = 0; i < 3; i++) buckets.take('a')
  for (let i = 0; i < 3; i++) buckets.take('b')
  buckets.take('a')
  buckets.take('c')
  t.equal(buckets.size, 2)
  t.notOk(buckets.take('a'))
  t.ok(buckets.take('b'), 'forgotten, so it begins anew')
})
