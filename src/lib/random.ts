import { randomBytes, randomInt, randomUUID } from 'node:crypto'

/** Unpredictable bytes, for nonces. */
export function randomNonce(length: number): Buffer {
  return randomBytes(length)
}

/** An unpredictable positive 31-bit number: the range that peers use for request ids. */
export function randomRequestId(): number {
  return randomInt(1, 0x7fffffff)
}

/** An unpredictable name, 36 characters, that nothing else has. */
export function randomName(): string {
  return randomUUID()
}
