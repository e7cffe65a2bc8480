import { randomBytes, randomFillSync, randomInt, randomUUID } from 'node:crypto'

/** Unpredictable bytes, for nonces. */
export function randomNonce(length: number): Buffer {
  return randomBytes(length)
}

/** Drawn many at a time and given once each: a draw costs more than a request's other fields. */
const drawn = new Uint32Array(256)
let drawnLeft = 0

/** An unpredictable positive 31-bit number: the range that peers use for request ids. */
export function randomRequestId(): number {
  if (drawnLeft === 0) {
    randomFillSync(drawn)
    drawnLeft = drawn.length
  }
  const id = (drawn[--drawnLeft] ?? 0) & 0x7fffffff
  return id === 0 ? randomInt(1, 0x7fffffff) : id
}

/** 32 unpredictable bits, signed: what a hash begins with that nobody shall foresee. */
export function randomSeed(): number {
  return randomInt(2 ** 32) | 0
}

/** An unpredictable name, 36 characters, that nothing else has. */
export function randomName(): string {
  return randomUUID()
}

/** A random text of `length` bytes, safe in URLs and headers: for keys and tokens. */
export function randomToken(length: number): string {
  return randomBytes(length).toString('base64url')
}

/** A number from 0 up to 1, to spread what many would do at once. */
export function randomFraction(): number {
  return randomInt(2 ** 32) / 2 ** 32
}
