import { createPublicKey, type KeyObject } from 'node:crypto'
import { ByteReader, BytesError } from '../lib/bytes.ts'
import {
  DER_DSA,
  DER_NULL,
  DER_RSA,
  DER_TAG,
  formatElement,
  formatInteger,
  formatSequence,
  parseElement,
  parseInteger,
  parseObject,
} from './der.ts'
import type { PublicKey } from './public-key.ts'

/*
 * SubjectPublicKeyInfo (RFC 5280 §4.1): SEQUENCE { SEQUENCE { OID, parameters }, BIT STRING }
 *   RSA: parameters NULL, key SEQUENCE { modulus, exponent }
 *   DSA: parameters SEQUENCE { p, q, g }, key INTEGER y
 */

/**
 * An RSA or DSA key in the form that crypto libraries take (§8.4 Keys).
 * @returns undefined for a Diffie-Hellman key, which signs nothing
 */
export function formatPublicKeyDer(key: PublicKey): Buffer | undefined {
  switch (key.algorithm) {
    case 'rsa': {
      const numbers = formatSequence(formatInteger(key.modulus), formatInteger(key.exponent))
      return formatSequence(formatSequence(DER_RSA, DER_NULL), bitString(numbers))
    }
    case 'dsa': {
      const { p, q, g, y } = key
      const parameters = formatSequence(formatInteger(p), formatInteger(q), formatInteger(g))
      return formatSequence(formatSequence(DER_DSA, parameters), bitString(formatInteger(y)))
    }
    case 'dh':
      return undefined
  }
}

/** Reads what `formatPublicKeyDer` writes. @throws BytesError for any other kind of key */
export function parsePublicKeyDer(der: Buffer): PublicKey {
  const outer = new ByteReader(parseElement(new ByteReader(der), DER_TAG.sequence))
  const kind = new ByteReader(parseElement(outer, DER_TAG.sequence))
  const object = parseObject(kind)
  const bits = parseElement(outer, DER_TAG.bitString)
  if (bits[0] !== 0) throw new BytesError('a key does not end at a byte')
  const content = new ByteReader(bits.subarray(1))
  if (object.equals(DER_RSA)) {
    const numbers = new ByteReader(parseElement(content, DER_TAG.sequence))
    const modulus = parseInteger(numbers)
    return { algorithm: 'rsa', exponent: parseInteger(numbers), modulus }
  }
  if (!object.equals(DER_DSA)) throw new BytesError('neither an RSA nor a DSA key')
  const parameters = new ByteReader(parseElement(kind, DER_TAG.sequence))
  const p = parseInteger(parameters)
  const q = parseInteger(parameters)
  const g = parseInteger(parameters)
  return { algorithm: 'dsa', q, p, g, y: parseInteger(content) }
}

/** The key as an object that verifies signatures; undefined when its numbers make no such key. */
export function createKeyObject(key: PublicKey): KeyObject | undefined {
  const der = formatPublicKeyDer(key)
  if (der === undefined) return undefined
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

function bitString(content: Buffer): Buffer {
  return formatElement(DER_TAG.bitString, Buffer.concat([Buffer.from([0]), content]))
}
