import type { DhPublicKey } from '../record/public-key.ts'
import { PRIME_BITS_MAX, PRIME_BITS_MIN } from './limits.ts'

/** What two sides come to share. */
export interface Agreement {
  /** Our public key, on the parameters that the other side chose. */
  readonly publicKey: DhPublicKey
  /** As many bytes as the prime has. */
  readonly secret: Buffer
}

/**
 * Answers a Diffie-Hellman public key (§5.5 Sessions). OpenSSL would first prove the prime, which
 * takes it from 80 ms to several seconds for a prime of a stranger's choice; a bad one harms only
 * whoever sent it, since our exponent serves this once.
 * @param exponent 32 unpredictable bytes
 * @returns undefined when the numbers make no such key, or one that is too small or too large
 */
export function agreeOnSecret(theirs: DhPublicKey, exponent: Buffer): Agreement | undefined {
  const [p, g, y] = [toNumber(theirs.p), toNumber(theirs.g), toNumber(theirs.y)]
  const primeBits = p.toString(2).length
  if (primeBits < PRIME_BITS_MIN || primeBits > PRIME_BITS_MAX || p % 2n === 0n) return undefined
  // 0, 1 and p - 1 have powers that anyone can guess.
  if (g < 2n || g > p - 2n || y < 2n || y > p - 2n) return undefined
  const x = toNumber(exponent)
  const secret = toBytes(power(y, x, p), Math.ceil(primeBits / 8))
  const publicKey: DhPublicKey = {
    algorithm: 'dh', y: trimmed(power(g, x, p)), p: theirs.p, g: theirs.g,
  }
  return { publicKey, secret }
}

/** `base` to the power of `exponent`, modulo `modulus`. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

const toNumber = (bytes: Buffer): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`)

function toBytes(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex')
}

/** Without leading zeros, as keys hold their numbers. */
function trimmed(number: bigint): Buffer {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
