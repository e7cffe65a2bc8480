import t from 'tap'
import { randomId, randomNonce, randomRequestId } from '../../src/lib/random.ts'

t.test('nonces have their length and differ', async (t) => {
  t.equal(randomNonce(16).length, 16)
  t.notOk(randomNonce(16).equals(randomNonce(16)))
})

t.test('request ids are positive 31-bit numbers', async (t) => {
  const ids = Array.from({ length: 1000 }, randomRequestId)
  t.same(ids.filter((id) => !(Number.isInteger(id) && id > 0 && id < 2 ** 31)), [])
})

t.test('ids sort by when they were made, also within a millisecond', async (t) => {
  const ids = Array.from({ length: 2000 }, () => randomId('org'))
  t.same(ids, ids.toSorted())
  t.match(ids[0], /^org_[0-9a-f]{32}$/)
})
