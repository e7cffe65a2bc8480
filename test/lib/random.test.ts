import t from 'tap'
import { randomNonce, randomRequestId } from '../../src/lib/random.ts'

t.test('nonces have their length and differ', async (t) => {
  t.equal(randomNonce(16).length, 16)
  t.notOk(randomNonce(16).equals(randomNonce(16)))
})

t.test('request ids are positive 31-bit numbers', async (t) => {
  for (let i = 0; i < 1000; i++) {
    const id = randomRequestId()
    t.ok(id > 0 && id < 2 ** 31)
  }
})
