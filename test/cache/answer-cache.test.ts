import t from 'tap'
import { AnswerCache, type CachedAnswer, NEVER_STALE } from '../../src/cache/answer-cache.ts'
import type { IdentifierKey } from '../../src/identifier/identifier.ts'
import { KeyBytes } from '../../src/identifier/key-bytes.ts'
import { ABSENT, NEEDS_ADMINISTRATOR, NO_VALUES } from '../../src/record/outcome.ts'

const key = new KeyBytes()
key.setText('88.118.8/P1' as IdentifierKey)

const base = { slot: 7, generation: -3, homedGeneration: 2_000_000_000 }
const block = Buffer.from('all the values')
const part = Buffer.from('the public ones')

const found = (of: Buffer, ttlSeconds: number) =>
  ({ kind: 'found', block: of, ttlSeconds }) as const

/** What a look-up found, taken out of the cache's memory. */
const outcomeOf = (cache: AnswerCache, at: number, publicOnly: boolean) => {
  const outcome = cache.outcomeOf(at, publicOnly)
  if (outcome.kind !== 'found') return outcome
  return found(Buffer.from(outcome.block), outcome.ttlSeconds)
}

const roundTrip = (answer: Omit<CachedAnswer, keyof typeof base>) => {
  const cache = new AnswerCache(100_000)
  cache.set(key, { ...base, ...answer })
  const at = cache.find(key)
  return { cache, at }
}

t.test('gives back every field', async (t) => {
  const outcome = found(block, 86_400)
  const { cache, at } = roundTrip({
    block, publicOutcome: outcome, fullOutcome: outcome, freshUntilSeconds: 1_700_000_000,
  })
  t.equal(cache.slotOf(at), base.slot)
  t.equal(cache.generationOf(at), base.generation)
  t.equal(cache.homedGenerationOf(at), base.homedGeneration)
  t.equal(cache.freshUntilOf(at), 1_700_000_000)
  t.same(outcomeOf(cache, at, true), outcome)
  t.same(outcomeOf(cache, at, false), outcome)
  t.same(cache.blockOf(at), block)
  t.equal(cache.count, 1)
  t.ok(cache.bytes > block.length)
})

t.test('values that the public may not read stand beside those it may', async (t) => {
  const outcome = found(part, 5)
  const { cache, at } = roundTrip({
    block, publicOutcome: outcome, fullOutcome: NEEDS_ADMINISTRATOR, freshUntilSeconds: NEVER_STALE,
  })
  t.same(outcomeOf(cache, at, true), outcome)
  t.equal(cache.outcomeOf(at, false), NEEDS_ADMINISTRATOR)
  t.same(cache.blockOf(at), block)
  t.equal(cache.freshUntilOf(at), NEVER_STALE)
})

t.test('outcomes without details', async (t) => {
  const absent = roundTrip({
    block: null, publicOutcome: ABSENT, fullOutcome: ABSENT, freshUntilSeconds: NEVER_STALE,
  })
  t.equal(absent.cache.outcomeOf(absent.at, true), ABSENT)
  t.equal(absent.cache.blockOf(absent.at), null)
  const empty = roundTrip({
    block, publicOutcome: NO_VALUES, fullOutcome: NO_VALUES, freshUntilSeconds: NEVER_STALE,
  })
  t.equal(empty.cache.outcomeOf(empty.at, false), NO_VALUES)
})
