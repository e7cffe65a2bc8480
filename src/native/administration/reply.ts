import { ByteWriter } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/clock.ts'
import { randomNonce } from '../../lib/random.ts'
import type { Signer } from '../../registry/signer.ts'
import type { Body } from '../../wire/body.ts'
import {
  createSessionCredential, type Credential, encodeCredential, signedInput, signedType,
} from '../../wire/credential.ts'
import { digestAlgorithmOf, digestRequest } from '../../wire/digest.ts'
import { encryptMessage } from '../../wire/encryption.ts'
import { encodeEnvelope, type Envelope } from '../../wire/envelope.ts'
import { hasOpFlag } from '../../wire/flags.ts'
import { CODE, OP_FLAG, OPCODE, VERSION } from '../../wire/layout.ts'
import { EXPIRATION_SECONDS, MESSAGE_BYTES_MAX } from '../../wire/limits.ts'
import { encodeHeaderAndBody } from '../../wire/message.ts'
import { versionOf } from '../../wire/version.ts'
import { IV_BYTES } from './limits.ts'
import { answerVersion, type NativeRequest } from './request.ts'
import type { NativeSession } from './sessions.ts'

/** What a reply says. */
export interface Reply {
  readonly code: number
  readonly body: Body
  /** Another session or challenge than the request's. */
  readonly sessionId?: number
  /** More messages follow. */
  readonly continues?: boolean
  /** It shows values that the public may not read, so that a session encrypts it. */
  readonly restricted?: boolean
}

/** Flags of a request that its answer carries on (§2.3 Op flags). */
const COPIED_FLAGS = OP_FLAG.recursive | OP_FLAG.cacheCertify | OP_FLAG.publicOnly |
  OP_FLAG.doNotRefer | OP_FLAG.encrypt
/** What clients before 2.5 are told instead (§3.2 Response codes). */
const OLDER_CODES: ReadonlyMap<number, number> = new Map([
  [CODE.readOnly, CODE.prefixReferral], [CODE.invalidValue, CODE.valueExists],
])

/** Writes replies, signed and encrypted as their requests and sessions ask. */
export class ReplyWriter {
  readonly #signer: Signer
  readonly #clock: Clock
  readonly #siteSerial: number

  constructor(signer: Signer, clock: Clock, siteSerial: number) {
    this.#signer = signer
    this.#clock = clock
    this.#siteSerial = siteSerial
  }

  /**
   * The answer to a request as one message.
   * @param to whose opcode, flags and digest the answer has; with an answered challenge this is
   * the request that was challenged, with the envelope of the answer (§5.1 Flow)
   */
  async write(to: NativeRequest, reply: Reply): Promise<Buffer> {
    const version = answerVersion(to)
    const { message } = to
    const challenges = reply.body.kind === 'challenge'
    const digest = challenges || hasOpFlag(message.opFlags, 'returnDigest')
      ? digestRequest(digestAlgorithmOf(version), to.headerAndBody)
      : null
    const certified = hasOpFlag(message.opFlags, 'certify') && isSignable(version, to.session)
    const opFlags = ((message.opFlags & COPIED_FLAGS) | OP_FLAG.authoritative |
      (digest === null ? 0 : OP_FLAG.returnDigest) | (certified ? OP_FLAG.certify : 0) |
      (reply.continues === true ? OP_FLAG.continuous : 0)) >>> 0
    const code = version < versionOf(2, 5) ? OLDER_CODES.get(reply.code) ?? reply.code : reply.code
    const headerAndBody = encodeHeaderAndBody({
      opcode: message.opcode, responseCode: code, opFlags, siteSerial: this.#siteSerial,
      recursionCount: message.recursionCount,
      expiration: this.#clock.nowSeconds() + EXPIRATION_SECONDS,
      digest, body: reply.body,
    }, version)
    const envelope = {
      major: version >> 8, minor: version & 0xff,
      suggestedMajor: VERSION.major, suggestedMinor: VERSION.minor,
      compressed: false, encrypted: false, truncated: false,
      sessionId: reply.sessionId ?? to.envelope.sessionId,
      requestId: to.envelope.requestId, sequence: 0, messageLength: 0,
    }
    const credential = certified ? await this.#certify(to, envelope, headerAndBody) : null
    const trailer = credential === null ? Buffer.alloc(0) : encodeCredential(credential)
    const whole = new ByteWriter(headerAndBody.length + 4 + trailer.length)
      .raw(headerAndBody).block(trailer).finish()
    if (whole.length > MESSAGE_BYTES_MAX) {
      const message = 'The answer is longer than a message may be'
      return this.write(to, { code: CODE.error, body: { kind: 'error', message, indexes: null } })
    }
    return sealed(envelope, whole, this.#encryptsFor(to, reply, opFlags))
  }

  /** With the session's key inside a session, but for its setup; else with the node's own. */
  async #certify(
    to: NativeRequest, envelope: Envelope, headerAndBody: Buffer,
  ): Promise<Credential | null> {
    const { opcode, credential } = to.message
    const setup = opcode === OPCODE.sessionSetup || opcode === OPCODE.sessionExchangeKey
    if (to.session !== null && !setup) {
      const counter = credential?.sessionCounter ?? 0
      return createSessionCredential(to.session.keys.macKey, envelope, counter, headerAndBody)
    }
    const input = signedInput(envelope, 0, headerAndBody)
    if (input === undefined) return null
    const recent = versionOf(envelope.major, envelope.minor) >= versionOf(2, 7)
    const signature = await this.#signer.sign(input, recent ? 'sha256' : 'sha1')
    return {
      version: 0, options: 0, signerHandle: '', sessionCounter: 0, type: signedType,
      hashAlgorithm: recent ? 'SHA-256' : 'SHA1', signature,
    }
  }

  /** The session that encrypts a reply, if one does (§5.5 Sessions). */
  #encryptsFor(to: NativeRequest, reply: Reply, opFlags: number): NativeSession | null {
    if (to.session === null || to.message.opcode === OPCODE.sessionSetup) return null
    const secret = reply.restricted === true && answerVersion(to) >= versionOf(2, 8) &&
      to.origin.transport !== 'https'
    return secret || hasOpFlag(opFlags, 'encrypt') ? to.session : null
  }
}

/**
 * Versions 2.5 and 2.6 signed in a way that has died out, and the codes in sessions before 2.7
 * with them; those answers go unsigned.
 */
const isSignable = (version: number, session: NativeSession | null): boolean =>
  version >= versionOf(2, 7) || (session === null && version < versionOf(2, 5))

function sealed(envelope: Envelope, message: Buffer, session: NativeSession | null): Buffer {
  const bytes = session === null
    ? message
    : encryptMessage(session.keys.cipherKey, randomNonce(IV_BYTES), message)
  const head = { ...envelope, encrypted: session !== null, messageLength: bytes.length }
  return Buffer.concat([encodeEnvelope(head), bytes])
}
