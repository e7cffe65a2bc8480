import { timingSafeEqual, verify as verifySignature } from 'node:crypto'
import { promisify } from 'node:util'
import { foldAscii } from '../identifier/identifier.ts'
import { BytesError } from '../lib/bytes.ts'
import { hashBytes } from '../lib/mac.ts'
import { randomNonce } from '../lib/random.ts'
import { decodePublicKey } from '../record/public-key.ts'
import { createKeyObject, formatPublicKeyDer } from '../record/public-key-der.ts'
import {
  answerWithSecretKeyAside, decodeSecretKeyAnswer, decodeSignatureAnswer, encodeSecretKeyAnswer,
  isSecretKeyAnswerRight, type SecretKeyAnswer, type SignatureAnswer,
} from '../wire/challenge-answer.ts'
import { NONCE_BYTES, STRETCHED_KEY_BITS, STRETCHING_ROUNDS } from './limits.ts'

/** The kinds of value that hold a key. */
export type KeyType = 'HS_SECKEY' | 'HS_PUBKEY'

/** A key as a record holds it. */
export interface StoredKey {
  readonly type: KeyType
  readonly data: Buffer
}

/**
 * A secret key that stays where it lives: whether an answer to a challenge was made with it is
 * asked there, and is undefined when nobody could say.
 */
export interface DistantKey {
  readonly type: 'HS_SECKEY'
  readonly ask: (challenge: Buffer, answer: Buffer) => Promise<boolean | undefined>
}

/** A key that a proof is checked against. */
export type ProofKey = StoredKey | DistantKey

/** Undefined when it could not be found out. */
export type Rightness = boolean | undefined

const verifyAsync = promisify(verifySignature)
/** Bytes of a request digest: SHA-256. */
const DIGEST_BYTES = 32
/** Hashes of signatures, by name without its dash. MD5 is broken and not taken. */
const signatureHashes: Readonly<Record<string, string>> = {
  SHA: 'sha1', SHA1: 'sha1', SHA2: 'sha256', SHA256: 'sha256',
}

/** The kind of key that a value's type names, if any. */
export function keyTypeOf(type: string): KeyType | undefined {
  const folded = foldAscii(type)
  return folded === 'HS_SECKEY' || folded === 'HS_PUBKEY' ? folded : undefined
}

/**
 * Whether the answer to a challenge, in its wire form, was made with a key (§5.2 and §5.3). What
 * is malformed is wrong. The costly parts run beside this thread.
 * @param challenge nonce and request digest, one behind the other
 */
export async function isAnswerRight(
  answer: Buffer, key: ProofKey, challenge: Buffer,
): Promise<Rightness> {
  if ('ask' in key) return key.ask(challenge, answer)
  try {
    return key.type === 'HS_SECKEY'
      ? await isSecretKeyAnswerRight(decodeSecretKeyAnswer(answer), key.data, challenge)
      : await isSignatureRight(decodeSignatureAnswer(answer), key.data, challenge)
  } catch (error) {
    if (error instanceof BytesError) return false
    throw error
  }
}

/** The same for an answer that is decoded already; its kind must be the key's. */
export async function isProofRight(
  answer: SecretKeyAnswer | SignatureAnswer, key: ProofKey, challenge: Buffer,
): Promise<Rightness> {
  if ('signature' in answer) {
    return key.type === 'HS_PUBKEY' && isSignatureRight(answer, key.data, challenge)
  }
  if ('ask' in key) return key.ask(challenge, encodeSecretKeyAnswer(answer))
  return key.type === 'HS_SECKEY' && isSecretKeyAnswerRight(answer, key.data, challenge)
}

async function isSignatureRight(
  { hashName, signature }: SignatureAnswer, publicKey: Buffer, challenge: Buffer,
): Promise<boolean> {
  const hash = signatureHashes[foldAscii(hashName).replaceAll('-', '')]
  const key = keyObjectOf(publicKey)
  if (hash === undefined || key === undefined) return false
  return verifyAsync(hash, challenge, key, signature).catch(() => false)
}

/** Whether a secret is the key's, in a time that does not tell how much of it is. */
export async function isSecretRight(secret: Buffer, key: ProofKey): Promise<Rightness> {
  if ('ask' in key) return isDistantSecretRight(secret, key)
  const right = timingSafeEqual(digestOf(secret), digestOf(key.data))
  return key.type === 'HS_SECKEY' && right
}

/** The secret itself is not sent: its home is shown the proof of it that a client would send. */
async function isDistantSecretRight(secret: Buffer, { ask }: DistantKey): Promise<Rightness> {
  const challenge = randomNonce(NONCE_BYTES + DIGEST_BYTES)
  const answer = await answerWithSecretKeyAside({
    algorithm: 'pbkdf2-hmac-sha1',
    salt: randomNonce(NONCE_BYTES), rounds: STRETCHING_ROUNDS, keyBits: STRETCHED_KEY_BITS,
  }, secret, challenge)
  return ask(challenge, encodeSecretKeyAnswer(answer))
}

/** Whether a stored public key is the one in SPKI form. */
export function isSamePublicKey(spki: Buffer, key: ProofKey): boolean {
  if (key.type !== 'HS_PUBKEY') return false
  try {
    const der = formatPublicKeyDer(decodePublicKey(key.data))
    return der !== undefined && timingSafeEqual(digestOf(spki), digestOf(der))
  } catch (error) {
    if (error instanceof BytesError) return false
    throw error
  }
}

function keyObjectOf(publicKey: Buffer): ReturnType<typeof createKeyObject> {
  try {
    return createKeyObject(decodePublicKey(publicKey))
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}

const digestOf = (bytes: Buffer): Buffer => hashBytes('sha256', bytes)
