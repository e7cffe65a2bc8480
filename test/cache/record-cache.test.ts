import t from 'tap'
import { NEVER_STALE } from '../../src/cache/answer-cache.ts'
import { RecordCache } from '../../src/cache/record-cache.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { NO_VALUES } from '../../src/record/outcome.ts'

const answerOf = (block: Buffer) => ({
  slot: 1, generation: 2, homedGeneration: 3, block, publicOutcome: NO_VALUES,
  fullOutcome: NO_VALUES, freshUntilSeconds: NEVER_STALE,
})

t.test('gives back the object that was kept', async (t) => {
  const cache = new RecordCache()
  const answer = answerOf(Buffer.alloc(10))
  const kept = cache.set(keyOf('0.NA/88.118'), answer)
  t.same(kept, { ...answer, service: undefined, derived: undefined })
  t.equal(cache.get(keyOf('88.118')), kept, 'with what is written there')
  t.equal(cache.get(keyOf('88.119')), undefined)
})

t.test('is bounded in bytes', async (t) => {
  const cache = new RecordCache()
  for (let i = 0; i < 40; i++) cache.set(keyOf(`88.${i}`), answerOf(Buffer.alloc(1_000_000)))
  t.equal(cache.get(keyOf('88.1')), undefined)
  t.ok(cache.get(keyOf('88.39')))
})
