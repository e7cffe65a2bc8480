import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from './limits.ts'
import { readNumber, writeNumbers } from './public-key.ts'

/** A private key that signs. Numbers are big-endian without leading zeros. */
export type PrivateKey = RsaPrivateKey | DsaPrivateKey

export interface RsaPrivateKey {
  readonly algorithm: 'rsa'
  readonly modulus: Buffer
  /** The public one. */
  readonly exponent: Buffer
  readonly privateExponent: Buffer
  readonly p: Buffer
  readonly q: Buffer
  /** Private exponent modulo p − 1, modulo q − 1, and the inverse of q modulo p. */
  readonly exponentP: Buffer
  readonly exponentQ: Buffer
  readonly coefficient: Buffer
}
export interface DsaPrivateKey {
  readonly algorithm: 'dsa'
  readonly x: Buffer
  readonly p: Buffer
  readonly q: Buffer
  readonly g: Buffer
}

const rsaName = 'RSA_PRIVCRT_KEY'
const rsaShortName = 'RSA_PRIV_KEY'
const dsaName = 'DSA_PRIV_KEY'

/*
 * string name · then byte strings, with no flags between, as public keys have them:
 *   RSA_PRIVCRT_KEY  modulus, exponent, private exponent, p, q, exponents of both, coefficient
 *   RSA_PRIV_KEY     modulus, private exponent
 *   DSA_PRIV_KEY     x, p, q, g
 */

/** Encodes a private key (§8.4 Keys). */
export function encodePrivateKey(key: PrivateKey): Buffer {
  const writer = new ByteWriter(2048)
  if (key.algorithm === 'dsa') {
    writeNumbers(writer.text(dsaName), [key.x, key.p, key.q, key.g])
  } else {
    const { modulus, exponent, privateExponent, p, q } = key
    writeNumbers(writer.text(rsaName), [
      modulus, exponent, privateExponent, p, q, key.exponentP, key.exponentQ, key.coefficient,
    ])
  }
  return writer.finish()
}

/** Decodes a private key (§8.4 Keys). @throws BytesError */
export function decodePrivateKey(bytes: Buffer): PrivateKey {
  const reader = new ByteReader(bytes)
  const key = readPrivateKey(reader)
  reader.assertEnd()
  return key
}

function readPrivateKey(reader: ByteReader): PrivateKey {
  const name = reader.text(BLOCK_BYTES_MAX)
  switch (name) {
    case rsaName: {
      const [modulus, exponent] = [readNumber(reader), readNumber(reader)]
      const privateExponent = readNumber(reader)
      const [p, q] = [readNumber(reader), readNumber(reader)]
      const [exponentP, exponentQ] = [readNumber(reader), readNumber(reader)]
      const coefficient = readNumber(reader)
      return {
        algorithm: 'rsa', modulus, exponent, privateExponent, p, q, exponentP, exponentQ,
        coefficient,
      }
    }
    case dsaName: {
      const [x, p] = [readNumber(reader), readNumber(reader)]
      const [q, g] = [readNumber(reader), readNumber(reader)]
      return { algorithm: 'dsa', x, p, q, g }
    }
    case rsaShortName:
      throw new BytesError('an RSA key without its prime factors')
    default:
      throw new BytesError('unknown kind of private key')
  }
}
