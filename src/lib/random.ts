import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { v7 } from 'uuid'

/** Unpredictable bytes, for nonces. */
export function randomNonce(length: number): Buffer {
  return randomBytes(length)
}

/** An unpredictable positive 31-bit number: the range that peers use for request ids. */
export function randomRequestId(): number {
  return randomInt(1, 0x7fffffff)
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

/**
 * An id that sorts by when it was made: `org_` and a UUID of version 7 (RFC 9562 §6.2). Ids of
 * one millisecond sort too, which Node's own do not: lists go by id, and their pages must agree.
 */
export function randomId(kind: string): string {
  return `${kind}_${v7().replaceAll('-', '')}`
}
