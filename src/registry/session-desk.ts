import {
  secretAlgorithmOf, type SecretKeyAnswer, type SignatureAnswer,
} from '../wire/challenge-answer.ts'
import { STRETCHED_KEY_BITS_MAX, STRETCHING_ROUNDS_MAX } from '../wire/limits.ts'
import type { CertificateProof, Origin, SessionProof, SessionResult } from './administration.ts'
import type { Authenticator } from './authenticator.ts'
import { type HttpSession, HttpSessions } from './http-sessions.ts'
import { isProofRight, isSamePublicKey, type ProofKey, type Rightness } from './proofs.ts'
import type { Signer } from './signer.ts'
import type { Clock } from '../lib/clock.ts'
import type { Identity } from '../record/command.ts'

const UNKNOWN: SessionResult = { kind: 'unknown-session' }
/** How the JSON API names what the node signs with. */
const SERVER_ALGORITHM = 'SHA256'

/** Opens HTTP sessions and lets clients prove who they are in them (§10.6). */
export class SessionDesk {
  readonly #sessions: HttpSessions
  readonly #authenticator: Authenticator
  readonly #signer: Signer

  constructor(authenticator: Authenticator, signer: Signer, clock: Clock) {
    this.#sessions = new HttpSessions(clock)
    this.#authenticator = authenticator
    this.#signer = signer
  }

  async open(clientNonce: Buffer | null, origin: Origin): Promise<SessionResult> {
    const session = this.#sessions.open(origin)
    if (session === undefined) return { kind: 'busy' }
    if (clientNonce === null) return found(session)
    const signature = await this.#signer.sign(
      Buffer.concat([session.nonce, clientNonce]), 'sha256')
    const server = { algorithm: SERVER_ALGORITHM, signature }
    return { kind: 'session', session: { ...session, server } }
  }

  async prove(
    sessionId: string, proof: SessionProof | CertificateProof, origin: Origin,
  ): Promise<SessionResult> {
    const session = this.#sessions.find(sessionId)
    if (session === undefined) return UNKNOWN
    const check = checkOf(proof, session.nonce)
    if (check === undefined) {
      return { kind: 'wrong-proof', message: 'Unknown algorithm or parameters' }
    }
    const type = 'publicKey' in proof ? 'HS_PUBKEY' : proof.type
    const refused = await this.#authenticator.refusalOf(proof.identity, type, check, origin)
    if (refused?.reason === 'busy') return { kind: 'busy' }
    if (refused !== undefined) return { kind: 'wrong-proof', message: refused.message }
    return found(this.#sessions.prove(session, proof.identity))
  }

  find(sessionId: string): SessionResult {
    const session = this.#sessions.find(sessionId)
    return session === undefined ? UNKNOWN : found(session)
  }

  /** Who has proven to be the client of a session, if anyone. */
  identityOf(sessionId: string): Identity | null {
    return this.#sessions.find(sessionId)?.authenticated ?? null
  }

  close(sessionId: string): void {
    this.#sessions.close(sessionId)
  }
}

function found(session: HttpSession): SessionResult {
  return { kind: 'session', session: { ...session, server: null } }
}

/**
 * What tells whether a key made the proof; undefined when there is no such form. A signature
 * covers the server's nonce and the client's, one behind the other.
 */
function checkOf(
  proof: SessionProof | CertificateProof, nonce: Buffer,
): ((key: ProofKey) => Rightness | Promise<Rightness>) | undefined {
  if ('publicKey' in proof) return (key) => isSamePublicKey(proof.publicKey, key)
  const answer = answerOf(proof)
  if (answer === undefined) return undefined
  const challenge = Buffer.concat([nonce, proof.clientNonce])
  return (key) => isProofRight(answer, key, challenge)
}

/** The proof as an answer to a challenge; undefined when there is no such form. */
function answerOf(proof: SessionProof): SecretKeyAnswer | SignatureAnswer | undefined {
  const { algorithm, signature, stretching } = proof
  if (proof.type === 'HS_PUBKEY') return { hashName: algorithm, signature }
  const known = secretAlgorithmOf(algorithm)
  if (known !== 'pbkdf2-hmac-sha1') {
    return known === undefined ? undefined : { algorithm: known, mac: signature }
  }
  if (stretching === null || !isBearable(stretching)) return undefined
  return { algorithm: known, ...stretching, mac: signature }
}

function isBearable({ rounds, keyBits }: { rounds: number; keyBits: number }): boolean {
  return (
    Number.isInteger(rounds) && rounds >= 1 && rounds <= STRETCHING_ROUNDS_MAX &&
    Number.isInteger(keyBits) && keyBits >= 8 && keyBits <= STRETCHED_KEY_BITS_MAX &&
    keyBits % 8 === 0
  )
}
