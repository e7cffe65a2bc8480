import { asObject, asText, ValueJsonError } from './json-fields.ts'
import { formatNumber, parseNumber } from './key-json.ts'
import type { PrivateKey } from './private-key.ts'

/** A private key as a JSON Web Key (RFC 7518 §6.3.2 for RSA; DSA in the same manner). */
export type PrivateKeyJson =
  | {
      readonly kty: 'RSA'
      readonly n: string
      readonly e: string
      readonly d: string
      readonly p: string
      readonly q: string
      readonly dp: string
      readonly dq: string
      readonly qi: string
    }
  | {
      readonly kty: 'DSA'
      readonly x: string
      readonly p: string
      readonly q: string
      readonly g: string
    }

/** The JSON form of a private key. */
export function formatPrivateKey(key: PrivateKey): PrivateKeyJson {
  if (key.algorithm === 'dsa') {
    const { x, p, q, g } = key
    return {
      kty: 'DSA', x: formatNumber(x), p: formatNumber(p), q: formatNumber(q), g: formatNumber(g),
    }
  }
  return {
    kty: 'RSA',
    n: formatNumber(key.modulus),
    e: formatNumber(key.exponent),
    d: formatNumber(key.privateExponent),
    p: formatNumber(key.p),
    q: formatNumber(key.q),
    dp: formatNumber(key.exponentP),
    dq: formatNumber(key.exponentQ),
    qi: formatNumber(key.coefficient),
  }
}

/** Reads what `formatPrivateKey` writes; other members are ignored. @throws ValueJsonError */
export function parsePrivateKey(json: unknown, where: string): PrivateKey {
  const key = asObject(json, where)
  const kind = asText(key['kty'], `${where}.kty`)
  const number = (name: string): Buffer => parseNumber(key, name, where)
  if (kind === 'DSA') {
    return { algorithm: 'dsa', x: number('x'), p: number('p'), q: number('q'), g: number('g') }
  }
  if (kind !== 'RSA') throw new ValueJsonError(`${where}.kty must be RSA or DSA`)
  return {
    algorithm: 'rsa',
    modulus: number('n'),
    exponent: number('e'),
    privateExponent: number('d'),
    p: number('p'),
    q: number('q'),
    exponentP: number('dp'),
    exponentQ: number('dq'),
    coefficient: number('qi'),
  }
}
