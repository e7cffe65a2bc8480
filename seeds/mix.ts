/**
 * A number that looks random and is the same every time for the same three numbers.
 * @returns 32 bits, unsigned
 */
export function mix(seed: number, position: number, purpose: number): number {
  let bits = Math.imul(seed, 0x9e3779b1) ^ Math.imul(position + 1, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 16) ^ Math.imul(purpose + 1, 0xc2b2ae35), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** An item of a list, which wraps around; the list must not be empty. */
export function pick<T>(list: readonly T[], number: number): T {
  const item = list[number % list.length]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
