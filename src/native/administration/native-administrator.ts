import { BytesError } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/clock.ts'
import { randomNonce } from '../../lib/random.ts'
import type { Command, CommandResult, Identity } from '../../record/command.ts'
import type { Origin } from '../../registry/administration.ts'
import type { Administrator } from '../../registry/administrator.ts'
import { type Authenticator, clientOf } from '../../registry/authenticator.ts'
import { isAnswerRight, keyTypeOf, type ProofKey, type Rightness } from '../../registry/proofs.ts'
import type { Signer } from '../../registry/signer.ts'
import { admit } from '../../wire/admit.ts'
import type { ChallengeAnswerBody, VerifyChallengeBody } from '../../wire/bodies/authentication.ts'
import { isSessionCredentialValid } from '../../wire/credential.ts'
import { digestAlgorithmOf, digestRequest } from '../../wire/digest.ts'
import { hasOpFlag } from '../../wire/flags.ts'
import { CODE, OFFSET, OPCODE } from '../../wire/layout.ts'
import { AnswerBuffer, encodeErrorText, encodeUndecodedAnswer } from '../../wire/response.ts'
import { decodePacket } from '../../wire/message.ts'
import type { NativeAnswerer } from '../answer.ts'
import { commandCodeOf } from '../codes.ts'
import type { SlowAnswer, SlowAnswerer } from '../slow-answerer.ts'
import { Challenges } from './challenges.ts'
import { commandOf } from './commands.ts'
import { IdSource } from './id-source.ts'
import { NONCE_BYTES } from './limits.ts'
import { OpenListings } from './listings.ts'
import { errorReply, replyOf } from './replies.ts'
import { type Reply, ReplyWriter } from './reply.ts'
import { answerVersion, type NativeRequest, openMessage, readRequest } from './request.ts'
import { setUpSession } from './session-setup.ts'
import { type NativeSession, NativeSessions } from './sessions.ts'

export interface NativeAdministratorParts {
  readonly administrator: Administrator
  readonly authenticator: Authenticator
  /** Answers resolutions, as the doors do. It must not defer. */
  readonly answerer: NativeAnswerer
  readonly signer: Signer
  readonly clock: Clock
  readonly siteSerial: number
}

const SILENCE: SlowAnswer = { messages: [], next: null }
const NO_SESSION = 'There is no such session'
const MALFORMED_TEXT = encodeErrorText('The request could not be decoded')
const NO_SESSION_TEXT = encodeErrorText(NO_SESSION)
const NO_CHALLENGE = errorReply(
  CODE.sessionTimeout, 'There is no such challenge, or its time is over')
const ANSWER_BYTES = 512

/**
 * Answers the native messages that take a secret or a change: administration, challenges,
 * sessions, signed and encrypted answers (§5 Authentication, §9.4 Write rules).
 */
export class NativeAdministrator implements SlowAnswerer {
  readonly #parts: NativeAdministratorParts
  readonly #challenges: Challenges
  readonly #sessions: NativeSessions
  readonly #listings = new OpenListings()
  readonly #replies: ReplyWriter
  readonly #out = new AnswerBuffer(ANSWER_BYTES)

  constructor(parts: NativeAdministratorParts) {
    const { signer, clock, siteSerial } = parts
    // One counter for both: a challenge's id travels where a session's does.
    const ids = new IdSource()
    this.#parts = parts
    this.#challenges = new Challenges(ids, clock)
    this.#sessions = new NativeSessions(ids, clock)
    this.#replies = new ReplyWriter(signer, clock, siteSerial)
  }

  async answer(bytes: Buffer, origin: Origin): Promise<SlowAnswer> {
    let request: NativeRequest
    try {
      const clear = openMessage(bytes, (id) => this.#sessions.find(id))
      if (clear === undefined) return this.#undecoded(bytes, CODE.sessionTimeout, NO_SESSION_TEXT)
      const admission = admit(clear, 0, clear.length, this.#parts.clock.nowSeconds())
      if (admission.kind !== 'accept') return this.#answerAsDoor(clear)
      const session = this.#sessions.find(clear.readUInt32BE(OFFSET.sessionId)) ?? null
      request = readRequest(clear, session, origin)
    } catch (error) {
      if (!(error instanceof BytesError)) throw error
      return this.#undecoded(bytes, CODE.error, MALFORMED_TEXT)
    }
    const refusal = checkCredential(request)
    if (refusal !== undefined) return this.#one(request, refusal)
    return this.#answerRequest(request)
  }

  async goOn(next: string): Promise<SlowAnswer> {
    const listing = this.#listings.take(next)
    if (listing === undefined) throw new RangeError('there is no such listing')
    return this.#perform(listing.request, listing.command, listing.identity)
  }

  async #answerRequest(request: NativeRequest): Promise<SlowAnswer> {
    const { body } = request.message
    switch (body.kind) {
      case 'challenge-answer':
        return this.#answerChallenge(request, body)
      case 'verify-challenge':
        return this.#one(request, await this.#verify(request, body))
      case 'session-setup':
        return this.#one(request, setUpSession(request, body, this.#sessions))
      case 'key-exchange':
        // It belongs to the ways of agreeing on a key that are not taken here.
        return this.#one(request, errorReply(CODE.invalidSessionSetup, 'No key is exchanged here'))
      default:
        return this.#answerOperation(request)
    }
  }

  async #answerOperation(request: NativeRequest): Promise<SlowAnswer> {
    const { message: { opcode }, session } = request
    if (opcode === OPCODE.sessionTerminate) return this.#terminate(request, session)
    if (opcode === OPCODE.getSiteInfo) return this.#resealed(request)
    if (opcode === OPCODE.resolve && hasOpFlag(request.message.opFlags, 'publicOnly')) {
      return this.#resealed(request)
    }
    const command = commandOf(request.message)
    if (command.kind === 'refused') {
      return this.#one(request, errorReply(commandCodeOf(command), command.message))
    }
    const identity = session?.identity ?? null
    // Whoever is known has the command decided once, when it is its turn.
    if (identity !== null && command.kind !== 'read') {
      return this.#perform(request, command, identity)
    }
    const outlook = this.#parts.administrator.outlookOf(command)
    if (outlook?.kind === 'authentication-needed') {
      return identity === null
        ? this.#challenge(request, command)
        : this.#perform(request, command, identity)
    }
    // The doors know more about what is not found, such as who else might have it.
    if (command.kind === 'read') return this.#resealed(request)
    if (outlook !== undefined) return this.#one(request, replyOf(command, outlook))
    return this.#perform(request, command, identity)
  }

  /** Asks for a proof: in a session under the session's id, else under one of its own. */
  async #challenge(request: NativeRequest, command: Command): Promise<SlowAnswer> {
    const nonce = randomNonce(NONCE_BYTES)
    const digest = digestRequest(digestAlgorithmOf(answerVersion(request)), request.headerAndBody)
    const covered = Buffer.concat([nonce, digest.bytes])
    const client = clientOf(request.origin.address)
    const sessionId = this.#challenges.add({ request, command, covered }, client)
    if (sessionId === undefined) {
      return this.#one(request, errorReply(CODE.busy, 'Too many challenges wait for an answer'))
    }
    const code = CODE.authenticationNeeded
    return this.#one(request, { code, sessionId, body: { kind: 'challenge', nonce } })
  }

  /** Checks the proof, then does what was asked when the challenge was given (§5.1 Flow). */
  async #answerChallenge(request: NativeRequest, body: ChallengeAnswerBody): Promise<SlowAnswer> {
    const { envelope, session, origin } = request
    const { sessionId } = envelope
    const candidates = this.#challenges.find(sessionId)
    let challenge = candidates.at(-1)
    if (challenge === undefined) return this.#one(request, NO_CHALLENGE)
    // The answer is that of the request which was challenged, for the one who answered.
    let to: NativeRequest = { ...challenge.request, envelope, session, origin }
    const type = keyTypeOf(body.authType)
    if (type === undefined) {
      return this.#one(to, errorReply(CODE.authenticationFailed, 'Unknown kind of key'))
    }
    const identity = { handle: body.userHandle, index: body.userIndex }
    const isRight = async (key: ProofKey): Promise<Rightness> => {
      for (const one of candidates) {
        challenge = one
        const right = await isAnswerRight(body.answer, key, one.covered)
        if (right !== false) return right
      }
      return false
    }
    const refused = await this.#parts.authenticator.refusalOf(identity, type, isRight, origin)
    to = { ...challenge.request, envelope, session, origin }
    if (refused !== undefined) {
      return this.#one(to, errorReply(commandCodeOf(refused), refused.message))
    }
    if (!this.#challenges.take(sessionId, challenge)) return this.#one(request, NO_CHALLENGE)
    if (session !== null) this.#sessions.prove(session, identity)
    return this.#perform(to, challenge.command, identity)
  }

  async #perform(
    request: NativeRequest, command: Command, identity: Identity | null,
  ): Promise<SlowAnswer> {
    const result = await this.#parts.administrator.executeAs(command, identity)
    const message = await this.#replies.write(request, replyOf(command, result))
    return { messages: [message], next: this.#nextOf(request, command, identity, result) }
  }

  #nextOf(
    request: NativeRequest, command: Command, identity: Identity | null, result: CommandResult,
  ): string | null {
    if (result.kind !== 'names' || result.next === null || command.kind !== 'list') return null
    return this.#listings.put({ request, identity, command: { ...command, after: result.next } })
  }

  async #verify(request: NativeRequest, body: VerifyChallengeBody): Promise<Reply> {
    const valid = await this.#parts.administrator.verify({
      identity: { handle: body.userHandle, index: body.userIndex },
      challenge: Buffer.concat([body.nonce, body.requestDigest]),
      answer: body.answer,
    }, request.origin)
    if (valid !== undefined) return { code: CODE.success, body: { kind: 'verified', valid } }
    return errorReply(CODE.authenticationError, 'It could not be found out')
  }

  async #terminate(request: NativeRequest, session: NativeSession | null): Promise<SlowAnswer> {
    if (session === null) return this.#one(request, errorReply(CODE.sessionTimeout, NO_SESSION))
    this.#sessions.close(session)
    return this.#one(request, { code: CODE.success, body: { kind: 'empty' } })
  }

  async #one(request: NativeRequest, reply: Reply): Promise<SlowAnswer> {
    return { messages: [await this.#replies.write(request, reply)], next: null }
  }

  /** What the doors would answer, signed and encrypted as the request asks. */
  async #resealed(request: NativeRequest): Promise<SlowAnswer> {
    const plain = this.#answerAsDoor(request.bytes).messages[0]
    if (plain === undefined) return SILENCE
    const { message: { opcode, responseCode, body } } = decodePacket(plain, { lenient: true })
    // An answer without the request's opcode is one to what could not be read.
    if (opcode !== request.message.opcode) return { messages: [plain], next: null }
    return this.#one(request, { code: responseCode, body })
  }

  #answerAsDoor(bytes: Buffer): SlowAnswer {
    this.#out.length = 0
    const fate = this.#parts.answerer.answer(bytes, 0, bytes.length, this.#out)
    return fate === 'answered' ? { messages: [this.#out.take()], next: null } : SILENCE
  }

  #undecoded(bytes: Buffer, code: number, text: Buffer): SlowAnswer {
    this.#out.length = 0
    const requestId = bytes.readUInt32BE(OFFSET.requestId)
    encodeUndecodedAnswer(this.#out, requestId, code, this.#parts.clock.nowSeconds(), text)
    return { messages: [this.#out.take()], next: null }
  }
}

/**
 * Whether a message in a session shows that its sender has the session's key, and is no replay
 * (§5.5 Sessions). The code is checked before the counter, so that nobody else moves the window.
 */
function checkCredential({ message, envelope, headerAndBody, session }: NativeRequest) {
  const { opcode, credential } = message
  // The answer to a challenge proves more than a code; a setup has no session yet.
  if (session === null || opcode === OPCODE.answerChallenge || opcode === OPCODE.sessionSetup) {
    return undefined
  }
  if (credential === null) {
    return errorReply(CODE.invalidCredential, 'Session request missing MAC code.')
  }
  if (!isSessionCredentialValid(credential, session.keys.macKey, envelope, headerAndBody)) {
    return errorReply(CODE.invalidSessionKey, 'Session authentication failed.')
  }
  const { sessionCounter } = credential
  if (session.counters.take(sessionCounter)) return undefined
  return errorReply(
    CODE.duplicateSessionMessage, `Duplicate session counter ${sessionCounter}`)
}
