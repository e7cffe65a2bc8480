import { type KeyObject, sign } from 'node:crypto'
import { randomNonce } from '../../lib/random.ts'
import type { Identity } from '../../record/command.ts'
import { createSigningKey } from '../../record/private-key-der.ts'
import type { PrivateKey } from '../../record/private-key.ts'
import {
  type AnswerForm,
  answerWithSecretKey,
  encodeSecretKeyAnswer,
  encodeSignatureAnswer,
  type PlainAlgorithm,
} from '../../wire/challenge-answer.ts'
import { versionOf, type WireVersion } from '../../wire/version.ts'

/** Whoever can prove to be an identity. */
export interface Prover {
  readonly identity: Identity
  readonly type: 'HS_PUBKEY' | 'HS_SECKEY'
  /**
   * The answer to a challenge, in its wire form (§5.2 and §5.3).
   * @param challenge nonce and request digest, one behind the other
   * @param version that the challenge came in; older ones know fewer algorithms
   */
  prove(challenge: Buffer, version: WireVersion): Promise<Buffer>
}

/** How a secret is shown: stretched, as peers do it today, or in one of the plain ways. */
export type SecretAlgorithm = PlainAlgorithm | 'pbkdf2-hmac-sha1'

const stretchedSince = versionOf(2, 7)
const rsaSha256Since = versionOf(2, 7)
const dsaSha256Since = versionOf(2, 11)
const saltBytes = 16
/** What peers ask of each other; more would be refused by some. */
const rounds = 10_000
const keyBits = 160

/** Proves with a private key. @throws BytesError when its numbers make no key */
export function createKeyProver(identity: Identity, privateKey: PrivateKey): Prover {
  const key = createSigningKey(privateKey)
  const sha256Since = privateKey.algorithm === 'rsa' ? rsaSha256Since : dsaSha256Since
  return {
    identity,
    type: 'HS_PUBKEY',
    prove: (challenge, version) => Promise.resolve(encodeSignatureAnswer(
      version >= sha256Since
        ? { hashName: 'SHA-256', signature: signWith('sha256', challenge, key) }
        : { hashName: 'SHA1', signature: signWith('sha1', challenge, key) })),
  }
}

/** Proves with a secret. @param algorithm for servers that ask for a certain one */
export function createSecretProver(
  identity: Identity,
  secret: Buffer,
  algorithm?: SecretAlgorithm,
): Prover {
  return {
    identity,
    type: 'HS_SECKEY',
    prove: (challenge, version) => {
      const chosen = algorithm ?? (version >= stretchedSince ? 'pbkdf2-hmac-sha1' : 'sha1')
      const form: AnswerForm = chosen === 'pbkdf2-hmac-sha1'
        ? { algorithm: chosen, salt: randomNonce(saltBytes), rounds, keyBits }
        : { algorithm: chosen }
      const answer = answerWithSecretKey(form, secret, challenge)
      return Promise.resolve(encodeSecretKeyAnswer(answer))
    },
  }
}

function signWith(hash: 'sha1' | 'sha256', challenge: Buffer, key: KeyObject): Buffer {
  return sign(hash, challenge, key)
}
