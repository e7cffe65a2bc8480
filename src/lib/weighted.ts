import { randomInt } from 'node:crypto'

const STEPS = 2 ** 32

/**
 * Picks one of several by weight, at random.
 * @param weights none negative; when all are 0 each has the same chance
 * @returns the index of the one picked; -1 when there are none
 */
export function pickWeighted(weights: readonly number[]): number {
  if (weights.length === 0) return -1
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum <= 0) return randomInt(weights.length)
  let rest = (randomInt(STEPS) / STEPS) * sum
  for (const [i, weight] of weights.entries()) {
    rest -= weight
    if (rest < 0) return i
  }
  return weights.length - 1
}
