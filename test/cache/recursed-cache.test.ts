import t from 'tap'
import { RecursedCache } from '../../src/cache/recursed-cache.ts'
import type { IdentifierKey } from '../../src/identifier/identifier.ts'
import { ABSENT } from '../../src/record/outcome.ts'

const answer = (block: Buffer | null) => ({
  block, outcome: ABSENT, fetchedMs: 0, freshUntilMs: 1, refreshFromMs: 1,
  staleUntilMs: 1, demandCount: 0, retryFromMs: 0, elsewhereAt: null,
})
const key = (i: number) => `88.1/${i}` as IdentifierKey

t.test('it is bounded in bytes, and the least recently used go', async (t) => {
  const cache = new RecursedCache(100_000)
  for (let i = 0; i < 1000; i++) {
    cache.set(key(i), answer(Buffer.alloc(1000)))
    cache.get(key(0))
  }
  t.ok(cache.bytes <= 100_000)
  t.ok(cache.count > 50 && cache.count < 70)
  t.ok(cache.get(key(0)), 'in use')
  t.notOk(cache.get(key(1)))
  cache.delete(key(0))
  t.notOk(cache.get(key(0)))
})

t.test('names without values take room too', async (t) => {
  const cache = new RecursedCache(100_000)
  for (let i = 0; i < 10_000; i++) cache.set(key(i), answer(null))
  t.ok(cache.count < 200)
})
