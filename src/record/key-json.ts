import { asBase64, asObject, asText, type JsonObject, ValueJsonError } from './json-fields.ts'
import type { PublicKey } from './public-key.ts'

/** A public key as a JSON Web Key (RFC 7517), the form that the JSON API uses. */
export type KeyJson =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | {
      readonly kty: 'DSA'
      readonly y: string
      readonly p: string
      readonly q: string
      readonly g: string
    }

/** @returns undefined for a Diffie-Hellman key, for which there is no such form */
export function formatKey(key: PublicKey): KeyJson | undefined {
  switch (key.algorithm) {
    case 'rsa':
      return { kty: 'RSA', n: formatNumber(key.modulus), e: formatNumber(key.exponent) }
    case 'dsa':
      return {
        kty: 'DSA',
        y: formatNumber(key.y),
        p: formatNumber(key.p),
        q: formatNumber(key.q),
        g: formatNumber(key.g),
      }
    case 'dh':
      return undefined
  }
}

/** Reads what `formatKey` writes; other members of the key are ignored. @throws ValueJsonError */
export function parseKey(json: unknown, where: string): PublicKey {
  const key = asObject(json, where)
  const kind = asText(key['kty'], `${where}.kty`)
  const number = (name: string): Buffer => parseNumber(key, name, where)
  if (kind === 'RSA') {
    return { algorithm: 'rsa', exponent: number('e'), modulus: number('n') }
  }
  if (kind === 'DSA') {
    return { algorithm: 'dsa', q: number('q'), p: number('p'), g: number('g'), y: number('y') }
  }
  throw new ValueJsonError(`${where}.kty must be RSA or DSA`)
}

/** A number of a key as a JSON Web Key has it. */
export function formatNumber(number: Buffer): string {
  return number.toString('base64url')
}

/** Reads what `formatNumber` writes. @throws ValueJsonError */
export function parseNumber(key: JsonObject, name: string, where: string): Buffer {
  let number = asBase64(key[name], `${where}.${name}`)
  while (number[0] === 0) number = number.subarray(1)
  return number
}
