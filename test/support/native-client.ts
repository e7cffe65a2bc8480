import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Identity } from '../../src/record/command.ts'
import type { DhPublicKey } from '../../src/record/public-key.ts'
import { encodePublicKey } from '../../src/record/public-key.ts'
import type { Body } from '../../src/wire/body.ts'
import {
  type AnswerForm, answerWithSecretKey, encodeSecretKeyAnswer, encodeSignatureAnswer,
} from '../../src/wire/challenge-answer.ts'
import { createSessionCredential } from '../../src/wire/credential.ts'
import { agreeOnSecret } from '../../src/wire/diffie-hellman.ts'
import {
  decryptMessage, deriveSessionKeys, encryptMessage, type SessionKeys,
} from '../../src/wire/encryption.ts'
import { decodeEnvelope, encodeEnvelope } from '../../src/wire/envelope.ts'
import { opFlags, type OpFlag } from '../../src/wire/flags.ts'
import { CODE, OPCODE } from '../../src/wire/layout.ts'
import {
  decodeMessage, encodeHeaderAndBody, encodeMessage, type Packet,
} from '../../src/wire/message.ts'
import { decodeDiffieHellmanOffer } from '../../src/wire/session-offer.ts'
import { versionOf } from '../../src/wire/version.ts'

/** How a test's client sends a message and gets its answers. */
export type Send = (message: Buffer) => Promise<readonly Buffer[]>

export interface ClientSession {
  readonly id: number
  readonly keys: SessionKeys
  counter: number
}

/** Someone who can answer a challenge. */
export type Prover = (covered: Buffer) => { authType: string; identity: Identity; answer: Buffer }

export const bySecret = (
  identity: Identity, secret: Buffer, form: AnswerForm = { algorithm: 'hmac-sha256' },
): Prover => (covered) => ({
  authType: 'HS_SECKEY', identity,
  answer: encodeSecretKeyAnswer(answerWithSecretKey(form, secret, covered)),
})

export const byPrivateKey = (
  identity: Identity, key: KeyObject | string, hashName = 'SHA-256',
): Prover => (covered) => ({
  authType: 'HS_PUBKEY', identity,
  answer: encodeSignatureAnswer({
    hashName,
    signature: sign(hashName.replace('-', '').toLowerCase(), covered,
      typeof key === 'string' ? createPrivateKey(key) : key),
  }),
})

export interface AskOptions {
  readonly flags?: readonly OpFlag[]
  readonly sessionId?: number
  readonly session?: ClientSession
  /** Sent instead of the next one. */
  readonly counter?: number
  readonly encrypted?: boolean
  readonly version?: readonly [major: number, minor: number]
  /** A change to the bytes before they are sent. */
  readonly tamper?: (message: Buffer) => void
}

/** Oakley group 2 (RFC 2409), as the Java client sends it. */
export const OAKLEY_2 = Buffer.from(
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e34' +
  '04ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6' +
  'f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff', 'hex')

/** A client of the native protocol that is made of the codec alone. */
export class NativeClient {
  readonly #send: Send
  #requestId = 0

  constructor(send: Send) {
    this.#send = send
  }

  /** Sends a request; the answers in the clear. */
  async ask(opcode: number, body: Body, options: AskOptions = {}): Promise<Packet[]> {
    const answers = await this.#send(this.encode(opcode, body, options))
    return answers.map((answer) => this.decode(answer, options.session))
  }

  encode(opcode: number, body: Body, options: AskOptions = {}): Buffer {
    const { session, version: [major, minor] = [2, 11] } = options
    const version = versionOf(major, minor)
    const envelope = {
      major, minor, suggestedMajor: major, suggestedMinor: minor,
      compressed: false, encrypted: options.encrypted === true, truncated: false,
      sessionId: session?.id ?? options.sessionId ?? 0,
      requestId: ++this.#requestId, sequence: 0, messageLength: 0,
    }
    const message = {
      opcode, responseCode: 0,
      opFlags: opFlags('authoritative', 'recursive', ...(options.flags ?? [])),
      siteSerial: 0xffff, recursionCount: 0, expiration: 0xffffffff, digest: null, body,
    }
    const signed = session === undefined || options.sessionId !== undefined ? null
      : createSessionCredential(session.keys.macKey, envelope,
          options.counter ?? ++session.counter, encodeHeaderAndBody(message, version))
    let bytes = encodeMessage({ ...message, credential: signed }, version)
    options.tamper?.(bytes)
    if (options.encrypted === true && session !== undefined) {
      bytes = encryptMessage(session.keys.cipherKey, randomBytes(16), bytes)
    }
    return Buffer.concat([encodeEnvelope({ ...envelope, messageLength: bytes.length }), bytes])
  }

  decode(answer: Buffer, session?: ClientSession): Packet {
    const envelope = decodeEnvelope(answer.subarray(0, 20))
    const rest = answer.subarray(20)
    const bytes = envelope.encrypted && session !== undefined
      ? decryptMessage(session.keys.cipherKey, rest) : rest
    const version = versionOf(envelope.major, envelope.minor)
    return { envelope, message: decodeMessage(bytes, { version }) }
  }

  /** Asks and, when challenged, proves who it is. */
  async askAs(
    prover: Prover | null, opcode: number, body: Body, options: AskOptions = {},
  ): Promise<Packet[]> {
    const answers = await this.ask(opcode, body, options)
    const [first] = answers
    if (first?.message.responseCode !== CODE.authenticationNeeded || prover === null) {
      return answers
    }
    return this.answerChallenge(first, prover, options)
  }

  /** Answers a challenge; in a session without a code, as the Java client does. */
  async answerChallenge(
    { envelope, message }: Packet, prover: Prover, options: AskOptions = {},
  ): Promise<Packet[]> {
    if (message.body.kind !== 'challenge' || message.digest === null) {
      throw new Error('that is no challenge')
    }
    const covered = Buffer.concat([message.body.nonce, message.digest.bytes])
    const { authType, identity, answer } = prover(covered)
    const body: Body = {
      kind: 'challenge-answer', authType, userHandle: identity.handle, userIndex: identity.index,
      answer,
    }
    const { session, ...rest } = options
    const sent = this.encode(OPCODE.answerChallenge, body, {
      ...rest, flags: [], sessionId: envelope.sessionId,
    })
    return (await this.#send(sent)).map((packet) => this.decode(packet, session))
  }

  /** Sets a session up, mode 4. */
  async openSession(identity: Identity, options: AskOptions = {}): Promise<{
    session: ClientSession; answer: Packet
  }> {
    const exponent = randomBytes(32)
    const two = Buffer.of(2)
    // g to our exponent: the answer to a key whose y is g itself.
    const own = agreeOnSecret({ algorithm: 'dh', y: two, p: OAKLEY_2, g: two }, exponent)
    if (own === undefined) throw new Error('no key')
    const [answer] = await this.ask(OPCODE.sessionSetup, setupBody(identity, own.publicKey), {
      flags: ['certify', 'returnDigest'], ...options,
    })
    if (answer?.message.body.kind !== 'session-offer') throw new Error('no session')
    const offer = decodeDiffieHellmanOffer(answer.message.body.data)
    const common = agreeOnSecret(offer.publicKey, exponent)
    if (common === undefined) throw new Error('no secret')
    const session = {
      id: answer.envelope.sessionId, keys: deriveSessionKeys(common.secret), counter: 0,
    }
    return { session, answer }
  }
}

export function setupBody(identity: Identity, publicKey: DhPublicKey): Body {
  return {
    kind: 'session-setup', timeoutSeconds: 86_400,
    identityHandle: identity.handle, identityIndex: identity.index,
    key: { mode: 'diffie-hellman', publicKey: encodePublicKey(publicKey) }, spareBytes: true,
  }
}

