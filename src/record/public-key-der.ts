import { createPublicKey, type KeyObject } from 'node:crypto'
import type { PublicKey } from './public-key.ts'

/*
 * SubjectPublicKeyInfo (RFC 5280 §4.1): SEQUENCE { SEQUENCE { OID, parameters }, BIT STRING }
 *   RSA: parameters NULL, key SEQUENCE { modulus, exponent }
 *   DSA: parameters SEQUENCE { p, q, g }, key INTEGER y
 */
const rsaOid = Buffer.from('06092a864886f70d010101', 'hex')
const dsaOid = Buffer.from('06072a8648ce380401', 'hex')
const nothing = Buffer.from('0500', 'hex')

/**
 * An RSA or DSA key in the form that crypto libraries take (§8.4 Keys).
 * @returns undefined for a Diffie-Hellman key, which signs nothing
 */
export function formatPublicKeyDer(key: PublicKey): Buffer | undefined {
  switch (key.algorithm) {
    case 'rsa': {
      const numbers = sequence(integer(key.modulus), integer(key.exponent))
      return sequence(sequence(rsaOid, nothing), bitString(numbers))
    }
    case 'dsa': {
      const parameters = sequence(integer(key.p), integer(key.q), integer(key.g))
      return sequence(sequence(dsaOid, parameters), bitString(integer(key.y)))
    }
    case 'dh':
      return undefined
  }
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

function element(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts))
}

function bitString(content: Buffer): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([0]), content]))
}

function integer(number: Buffer): Buffer {
  const first = number[0] ?? 0x80
  return element(0x02, first < 0x80 ? number : Buffer.concat([Buffer.from([0]), number]))
}
