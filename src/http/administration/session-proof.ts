import type { SessionProof, Verification } from '../../registry/administration.ts'
import {
  encodeSecretKeyAnswer, encodeSignatureAnswer, secretAlgorithmOf,
} from '../../wire/challenge-answer.ts'
import { parseIdentity } from './authorization.ts'

export type Fields = ReadonlyMap<string, string>

/** Names of fields that make up a proof; whoever sends none of them proves nothing. */
const PROOF_FIELDS = ['id', 'type', 'alg', 'signature'] as const
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const COUNT = /^\d{1,9}$/
/** Lengths that no signature has and these digests do: what tells a secret's proof by its look. */
const DIGEST_BYTES: ReadonlySet<number> = new Set([16, 20, 32])

/** Whether fields claim to answer a session's nonce. */
export function claimsProof(fields: Fields): boolean {
  return PROOF_FIELDS.some((name) => fields.has(name))
}

/** The answer to a session's nonce (§10.6). @returns undefined when something of it is missing */
export function parseSessionProof(fields: Fields): SessionProof | undefined {
  const identity = parseIdentity(fields.get('id') ?? '')
  const type = fields.get('type')?.toUpperCase()
  const clientNonce = parseBase64(fields.get('cnonce'))
  const signature = parseBase64(fields.get('signature'))
  const algorithm = fields.get('alg')
  if (identity === undefined || clientNonce === undefined || signature === undefined) {
    return undefined
  }
  if (algorithm === undefined || (type !== 'HS_PUBKEY' && type !== 'HS_SECKEY')) return undefined
  const stretched = secretAlgorithmOf(algorithm) === 'pbkdf2-hmac-sha1'
  const stretching = stretched ? parseStretching(fields) : null
  if (stretching === undefined) return undefined
  return { identity, type, clientNonce, algorithm, signature, stretching }
}

/** The client's nonce in the fields; null when there is none. */
export function clientNonceOf(fields: Fields): Buffer | null {
  return parseBase64(fields.get('cnonce')) ?? null
}

/**
 * The question of `/api/verifications` (§10.3): nonce, client nonce, and someone's answer.
 * @returns undefined when something of it is missing
 */
export function parseVerification(identityText: string, fields: Fields): Verification | undefined {
  const identity = parseIdentity(identityText)
  const nonce = parseBase64(fields.get('nonce'))
  const clientNonce = parseBase64(fields.get('cnonce'))
  const signature = parseBase64(fields.get('signature'))
  const algorithm = fields.get('alg')
  if (identity === undefined || nonce === undefined || clientNonce === undefined) return undefined
  if (signature === undefined || algorithm === undefined) return undefined
  const answer = encodeAnswer(fields, algorithm, signature)
  if (answer === undefined) return undefined
  return { identity, challenge: Buffer.concat([nonce, clientNonce]), answer }
}

/** An answer in its wire form; whether a key or a secret made it shows in its look. */
function encodeAnswer(fields: Fields, algorithm: string, signature: Buffer): Buffer | undefined {
  const known = secretAlgorithmOf(algorithm)
  if (known === undefined) return undefined
  if (known === 'pbkdf2-hmac-sha1') {
    const stretching = parseStretching(fields)
    if (stretching === undefined) return undefined
    return encodeSecretKeyAnswer({ algorithm: known, ...stretching, mac: signature })
  }
  return known.startsWith('hmac') || DIGEST_BYTES.has(signature.length)
    ? encodeSecretKeyAnswer({ algorithm: known, mac: signature })
    : encodeSignatureAnswer({ hashName: algorithm, signature })
}

/** The figures of a stretched secret. @returns undefined when one is missing */
function parseStretching(fields: Fields): NonNullable<SessionProof['stretching']> | undefined {
  const salt = parseBase64(fields.get('salt'))
  const rounds = parseCount(fields.get('iterations'))
  const keyBits = parseCount(fields.get('length'))
  if (salt === undefined || rounds === undefined || keyBits === undefined) return undefined
  return { salt, rounds, keyBits }
}

function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && COUNT.test(text) ? Number(text) : undefined
}

function parseBase64(text: string | undefined): Buffer | undefined {
  // A plus sign in a query that was not encoded comes as a space.
  const base64 = text?.replaceAll(' ', '+')
  return base64 !== undefined && BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined
}
