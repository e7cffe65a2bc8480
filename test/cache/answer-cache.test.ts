import t from 'tap'
import { AnswerCache, type CachedAnswer } from '../../src/cache/answer-cache.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { ABSENT, type Outcome } from '../../src/record/outcome.ts'

const common = { slot: 1, generation: 2, homedGeneration: 3, freshUntilSeconds: 4 }

/** An answer whose block has the given size, and whose public part is the same block or another. */
const answerOf = (bytes: number, publicBytes = bytes): CachedAnswer => {
  const block = Buffer.alloc(bytes)
  const found = (of: Buffer): Outcome => ({ kind: 'found', block: of, ttlSeconds: 60 })
  const publicBlock = publicBytes === bytes ? block : Buffer.alloc(publicBytes)
  return {
    ...common, block, publicOutcome: found(publicBlock), fullOutcome: found(block),
  }
}
const absent: CachedAnswer = { ...common, block: null, publicOutcome: ABSENT, fullOutcome: ABSENT }

t.test('gives back what it was given, and nothing for other names', async (t) => {
  const cache = new AnswerCache(10_000)
  const answer = answerOf(10)
  cache.set(keyOf('88.1/A'), answer)
  cache.set(keyOf('88.1/B'), absent)
  t.equal(cache.get(keyOf('88.1/a')), answer)
  t.equal(cache.get(keyOf('88.1/B')), absent)
  t.equal(cache.get(keyOf('88.1/C')), undefined)
  t.equal(cache.count, 2)
})

t.test('stays within its bytes, and the least recently used go first', async (t) => {
  const cache = new AnswerCache(20_000)
  for (let i = 0; i < 1000; i++) {
    cache.set(keyOf(`88.1/${i}`), answerOf(1000))
    cache.get(keyOf('88.1/0'))
    if (cache.bytes > 20_000) t.fail(`${cache.bytes} bytes are kept`)
  }
  t.ok(cache.bytes > 15_000, 'and uses them')
  t.ok(cache.get(keyOf('88.1/0')), 'what is asked for again and again stays')
  t.equal(cache.get(keyOf('88.1/1')), undefined)
  t.ok(cache.get(keyOf('88.1/999')))
})

t.test('counts what an entry holds: block, a second block, the name', async (t) => {
  const bytesOf = (name: string, answer: CachedAnswer): number => {
    const cache = new AnswerCache(1_000_000)
    cache.set(keyOf(name), answer)
    return cache.bytes
  }
  const base = bytesOf('88.1/A', absent)
  t.ok(base > 0, 'an absent name is not free')
  t.equal(bytesOf('88.1/A', answerOf(500)) - base, 500)
  t.equal(bytesOf('88.1/A', answerOf(500, 200)) - base, 700)
  t.ok(bytesOf('88.1/LONGER', absent) > base)
})

t.test('an entry larger than the whole cache is not kept', async (t) => {
  const cache = new AnswerCache(1000)
  cache.set(keyOf('88.1/A'), answerOf(5000))
  t.equal(cache.count, 0)
  t.equal(cache.get(keyOf('88.1/A')), undefined)
})

t.test('a cache without a bound can not be made', async (t) => {
  t.throws(() => new AnswerCache(0))
})
