import t from 'tap'
import { randomNonce, randomRequestId } from '../../src/lib/random.ts'

t.test('nonces have their length and differ', async (t) => {
  t.equal(randomNonce(16).length, 16)
  t.notOk(randomNonce(16).equals(randomNonce(16)))
})

t.test('request ids are positive 31-bit numbers', async (t) => {
  const ids = Array.from({ length: 1000 }, randomRequestId)
  t.same(ids.filter((id) => !(Number.isInteger(id) && id > 0 && id < 2 ** 31)), [])
  // Two of a thousand are the same once in 4,000 runs, four of them hardly ever.
  t.ok(new Set(ids).size > 997, 'none is given twice')
})
