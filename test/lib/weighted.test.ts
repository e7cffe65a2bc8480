import t from 'tap'
import { pickWeighted } from '../../src/lib/weighted.ts'

const ROUNDS = 4000

/** How often each was picked. */
const tally = (weights: readonly number[]): number[] => {
  const counts = weights.map(() => 0)
  for (let i = 0; i < ROUNDS; i++) {
    const picked = pickWeighted(weights)
    counts[picked] = (counts[picked] ?? 0) + 1
  }
  return counts
}

t.test('nothing to pick from', async (t) => {
  t.equal(pickWeighted([]), -1)
})

t.test('the only one is picked, whatever its weight', async (t) => {
  t.equal(pickWeighted([3]), 0)
  t.equal(pickWeighted([0]), 0)
})

t.test('one of weight 0 is never picked beside others', async (t) => {
  const [first, second, third] = tally([0, 1, 0])
  t.same([first, second, third], [0, ROUNDS, 0])
})

t.test('all of weight 0: each has the same chance', async (t) => {
  for (const count of tally([0, 0])) t.ok(Math.abs(count - ROUNDS / 2) < ROUNDS / 8)
})

t.test('by weight', async (t) => {
  // A deviation this large comes once in far more than 10^12 runs.
  const [light = 0, heavy = 0] = tally([1, 3])
  t.ok(Math.abs(light - ROUNDS / 4) < ROUNDS / 16)
  t.equal(light + heavy, ROUNDS)
})
