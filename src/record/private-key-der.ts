import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
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
import type { PrivateKey } from './private-key.ts'
import { parsePublicKeyDer } from './public-key-der.ts'
import type { PublicKey } from './public-key.ts'

/*
 * PrivateKeyInfo (RFC 5208 §5): SEQUENCE { 0, SEQUENCE { OID, parameters }, OCTET STRING }
 *   RSA: parameters NULL, key SEQUENCE { 0, n, e, d, p, q, d mod p-1, d mod q-1, q⁻¹ mod p }
 *   DSA: parameters SEQUENCE { p, q, g }, key INTEGER x
 */
const version = Buffer.from([0])

/** A private key in the form that crypto libraries take (§8.4 Keys). */
export function formatPrivateKeyDer(key: PrivateKey): Buffer {
  if (key.algorithm === 'dsa') {
    const { p, q, g } = key
    const parameters = formatSequence(formatInteger(p), formatInteger(q), formatInteger(g))
    return privateKeyInfo(formatSequence(DER_DSA, parameters), formatInteger(key.x))
  }
  const { modulus, exponent, privateExponent, p, q } = key
  const numbers = [
    version, modulus, exponent, privateExponent, p, q, key.exponentP, key.exponentQ,
    key.coefficient,
  ]
  const content = formatSequence(...numbers.map(formatInteger))
  return privateKeyInfo(formatSequence(DER_RSA, DER_NULL), content)
}

/** Reads what `formatPrivateKeyDer` writes. @throws BytesError for any other kind of key */
export function parsePrivateKeyDer(der: Buffer): PrivateKey {
  const outer = new ByteReader(parseElement(new ByteReader(der), DER_TAG.sequence))
  parseInteger(outer)
  const kind = new ByteReader(parseElement(outer, DER_TAG.sequence))
  const object = parseObject(kind)
  const content = new ByteReader(parseElement(outer, DER_TAG.octetString))
  if (object.equals(DER_RSA)) {
    const numbers = new ByteReader(parseElement(content, DER_TAG.sequence))
    parseInteger(numbers)
    const [modulus, exponent] = [parseInteger(numbers), parseInteger(numbers)]
    const privateExponent = parseInteger(numbers)
    const [p, q] = [parseInteger(numbers), parseInteger(numbers)]
    const [exponentP, exponentQ] = [parseInteger(numbers), parseInteger(numbers)]
    const coefficient = parseInteger(numbers)
    return {
      algorithm: 'rsa', modulus, exponent, privateExponent, p, q, exponentP, exponentQ,
      coefficient,
    }
  }
  if (!object.equals(DER_DSA)) throw new BytesError('neither an RSA nor a DSA key')
  const parameters = new ByteReader(parseElement(kind, DER_TAG.sequence))
  const [p, q] = [parseInteger(parameters), parseInteger(parameters)]
  const g = parseInteger(parameters)
  return { algorithm: 'dsa', x: parseInteger(content), p, q, g }
}

/** The key as an object that signs. @throws BytesError when its numbers make no key */
export function createSigningKey(key: PrivateKey): KeyObject {
  try {
    return createPrivateKey({ key: formatPrivateKeyDer(key), format: 'der', type: 'pkcs8' })
  } catch {
    throw new BytesError('its numbers make no key')
  }
}

/** The public half of a private key. @throws BytesError when its numbers make no key */
export function publicKeyOf(key: PrivateKey): PublicKey {
  const half = createPublicKey(createSigningKey(key))
  return parsePublicKeyDer(half.export({ format: 'der', type: 'spki' }))
}

function privateKeyInfo(kind: Buffer, content: Buffer): Buffer {
  const octets = formatElement(DER_TAG.octetString, content)
  return formatSequence(formatInteger(version), kind, octets)
}
