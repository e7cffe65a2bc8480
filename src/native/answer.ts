import { FoundInPlace } from '../cache/found-in-place.ts'
import { ByteWriter, int32At } from '../lib/bytes.ts'
import type { Clock } from '../lib/clock.ts'
import type { Counter, Tally } from '../lib/counters.ts'
import type { Outcome } from '../record/outcome.ts'
import type { Query } from '../resolver/query.ts'
import type { Resolving } from '../resolver/resolving.ts'
import { admit, type Admission } from '../wire/admit.ts'
import { responseCodeOf } from '../wire/codes.ts'
import { digestAlgorithmOf, digestRequest, encodeDigest } from '../wire/digest.ts'
import { CODE, OFFSET, OP_FLAG, OPCODE, REQUEST_ID_UNKNOWN } from '../wire/layout.ts'
import { MESSAGE_BYTES_MAX } from '../wire/limits.ts'
import { decodeQuestion, Question } from '../wire/request.ts'
import {
  type AnswerBuffer,
  digestedPart,
  encodeAnswer,
  encodeErrorAnswer,
  encodeErrorText,
  encodeFoundAnswer,
  encodeUndecodedAnswer,
  responseVersion,
  wantsDigest,
} from '../wire/response.ts'
import { bodyOf } from './answer-body.ts'
import type { NativeCounter } from './counters.ts'
import type { Deferral } from './slow-answerer.ts'

export interface AnswererParts {
  readonly resolver: Pick<Resolving, 'peek'>
  readonly clock: Clock
  readonly counters: Counter<NativeCounter>
  /** This node's own HS_SITE, encoded, and its serial number. */
  readonly siteBytes: Buffer
  readonly siteSerial: number
  /** Whether someone stands by who answers what this can't, see `Fate`. */
  readonly defers: boolean
}

const EMPTY = Buffer.alloc(0)
const UNKNOWN_OPCODE_TEXT = encodeErrorText('Unknown operation')
const NOT_SUPPORTED_TEXT = encodeErrorText('Operation not supported')
const INVALID_NAME_TEXT = encodeErrorText('That is no valid identifier')
const MALFORMED_TEXT = encodeErrorText('The request could not be decoded')
const TOO_LONG_TEXT = encodeErrorText('The answer is longer than a message may be')
const BUSY_TEXT = encodeErrorText('Too many answers are unread on this connection')
const DIGEST_BYTES_MAX = 40
const FAILED_TEXT = encodeErrorText('The node failed to answer this request')
const KNOWN_OPCODES: ReadonlySet<number> = new Set(Object.values(OPCODE).filter((code) => code > 0))
/** Mirrors ask these; no part of this node takes them. */
const REPLICATION_OPCODE_MIN: number = OPCODE.nextTransactionId

/**
 * What became of a message: answered, to be put together first, met with silence, or deferred:
 * to be handed to the slow answerer, since it takes a secret or a change; or passed on: likewise,
 * since it takes another node's answer, for which nobody else has to wait.
 */
export type Fate = 'answered' | 'fragment' | 'ignored' | Deferral

/** Answers native messages, whatever brought them: the whole story of one, top to bottom. */
export class NativeAnswerer {
  readonly #parts: AnswererParts
  readonly #question = new Question()
  readonly #late = new FoundInPlace()
  readonly #responder: { siteSerial: number; nowSeconds: number; authoritative: boolean }
  readonly #found: Tally

  constructor(parts: AnswererParts) {
    this.#parts = parts
    this.#responder = { siteSerial: parts.siteSerial, nowSeconds: 0, authoritative: true }
    this.#found = parts.counters.tally('native_outcomes_found_total')
  }

  /**
   * Answers the message in `bytes` from `offset` to `end`, appending the answer to `out`.
   * Never throws on what a peer sends.
   */
  answer(bytes: Buffer, offset: number, end: number, out: AnswerBuffer): Fate {
    const responder = this.#responder
    // Once for all that is gathered in one go: asking costs as much as finding an answer.
    if (out.length === 0) responder.nowSeconds = this.#parts.clock.nowSeconds()
    responder.authoritative = true
    const admission = admit(bytes, offset, end, responder.nowSeconds)
    if (admission.kind !== 'accept') return this.#turnAway(admission, bytes, offset, out)

    const opcode = int32At(bytes, offset + OFFSET.opcode)
    if (this.#parts.defers && needsSecret(bytes, offset)) return 'deferred'
    if (opcode !== OPCODE.resolve) return this.#answerOther(opcode, bytes, offset, end, out)

    const question = this.#question
    const error = decodeQuestion(bytes, offset, end, question)
    if (error !== undefined) return this.#refuseQuestion(error, bytes, offset, end, out)

    const outcome = this.#parts.resolver.peek(question.keyBytes, question, responder.nowSeconds)
    if (outcome === undefined) return 'passed-on'
    if (outcome.kind !== 'found') return this.#answerElse(outcome, bytes, offset, end, out)
    return this.#answerFound(outcome, bytes, offset, end, out)
  }

  /** The question of the message that was passed on, until the next one is looked at. */
  questionPassedOn(): Query {
    const { key, indexes, types, publicOnly, mayRefer, mayRecurse, recursionCount } = this.#question
    return { key, indexes, types, publicOnly, mayRefer, mayRecurse, recursionCount }
  }

  /**
   * The question of a deferred message that others may have to be asked about.
   * @returns undefined for what was deferred for another reason
   */
  questionOf(bytes: Buffer, offset: number, end: number): Query | undefined {
    const nowSeconds = this.#parts.clock.nowSeconds()
    if (admit(bytes, offset, end, nowSeconds).kind !== 'accept') return undefined
    if (this.#parts.defers && needsSecret(bytes, offset)) return undefined
    if (bytes.readInt32BE(offset + OFFSET.opcode) !== OPCODE.resolve) return undefined
    const error = decodeQuestion(bytes, offset, end, this.#question)
    return error === undefined ? this.questionPassedOn() : undefined
  }

  /** Appends the answer to such a resolution, once it is known what came of it. */
  answerLate(
    outcome: Outcome, bytes: Buffer, offset: number, end: number, out: AnswerBuffer,
  ): Fate {
    this.#responder.nowSeconds = this.#parts.clock.nowSeconds()
    const error = decodeQuestion(bytes, offset, end, this.#question)
    if (error !== undefined) return this.#refuseQuestion(error, bytes, offset, end, out)
    if (outcome.kind !== 'found') return this.#answerElse(outcome, bytes, offset, end, out)
    return this.#answerFound(this.#late.set(outcome), bytes, offset, end, out)
  }

  #answerFound(
    outcome: FoundInPlace, bytes: Buffer, offset: number, end: number, out: AnswerBuffer,
  ): Fate {
    const question = this.#question
    const responder = this.#responder
    responder.authoritative = outcome.recursed === undefined
    this.#found.add()
    const digest = this.#digest(bytes, offset, end)
    const start = question.nameOffset - 4
    const nameEnd = question.nameOffset + question.nameBytes
    const valueBytes = outcome.end - outcome.start
    if (nameEnd - start + digest.length + valueBytes > MESSAGE_BYTES_MAX - 28) {
      this.#parts.counters.add('native_refused_response-too-long_total')
      encodeErrorAnswer(out, bytes, offset, CODE.error, responder, digest, TOO_LONG_TEXT)
      return 'answered'
    }
    encodeFoundAnswer(out, bytes, offset, responder, digest, start, nameEnd, outcome)
    return 'answered'
  }

  /** Appends "too busy" for a message that can't be worked on now; it may be asked again. */
  answerBusy(bytes: Buffer, offset: number, end: number, out: AnswerBuffer): void {
    this.#parts.counters.add('native_refused_busy_total')
    this.#refuseUnread(bytes, offset, end, out, CODE.busy, BUSY_TEXT)
  }

  /** Appends an error for a message that was deferred and got no answer through our own fault. */
  answerFailed(bytes: Buffer, offset: number, end: number, out: AnswerBuffer): void {
    this.#parts.counters.add('native_refused_failed_total')
    this.#refuseUnread(bytes, offset, end, out, CODE.error, FAILED_TEXT)
  }

  /** Appends the answer to a stream that can't be cut into frames (§7.4). */
  answerBrokenFrame(out: AnswerBuffer): void {
    this.#parts.counters.add('native_refused_length-above-limit_total')
    const nowSeconds = this.#parts.clock.nowSeconds()
    encodeUndecodedAnswer(out, REQUEST_ID_UNKNOWN, CODE.error, nowSeconds, MALFORMED_TEXT)
  }

  #refuseUnread(
    bytes: Buffer, offset: number, end: number, out: AnswerBuffer, code: number, text: Buffer,
  ): void {
    const responder = this.#responder
    responder.nowSeconds = this.#parts.clock.nowSeconds()
    responder.authoritative = true
    const admission = admit(bytes, offset, end, responder.nowSeconds)
    if (admission.kind === 'accept') {
      encodeErrorAnswer(out, bytes, offset, code, responder, EMPTY, text)
    } else if (admission.kind === 'refuse' && admission.reason === 'encrypted') {
      this.#answerUndecoded(bytes, offset, out, code, text)
    } else {
      this.#turnAway(admission, bytes, offset, out)
    }
  }

  #turnAway(
    admission: Exclude<Admission, { kind: 'accept' }>,
    bytes: Buffer,
    offset: number,
    out: AnswerBuffer,
  ): Fate {
    if (admission.kind === 'fragment') return 'fragment'
    if (admission.kind === 'refuse' && admission.reason === 'encrypted' && this.#parts.defers) {
      return 'deferred'
    }
    this.#parts.counters.add(`native_refused_${admission.reason}_total`)
    if (admission.kind === 'ignore') return 'ignored'
    const text = encodeErrorText(admission.text)
    return this.#answerUndecoded(bytes, offset, out, admission.code, text)
  }

  /** An error to what could not be read as a request, but for its envelope (§7.4). */
  #answerUndecoded(
    bytes: Buffer, offset: number, out: AnswerBuffer, code: number, text: Buffer,
  ): Fate {
    const requestId = bytes.readUInt32BE(offset + OFFSET.requestId)
    encodeUndecodedAnswer(out, requestId, code, this.#responder.nowSeconds, text)
    return 'answered'
  }

  #answerOther(
    opcode: number, bytes: Buffer, offset: number, end: number, out: AnswerBuffer,
  ): Fate {
    const { counters, siteBytes } = this.#parts
    if (!KNOWN_OPCODES.has(opcode)) {
      counters.add('native_refused_unknown-opcode_total')
      return this.#answerUndecoded(bytes, offset, out, CODE.error, UNKNOWN_OPCODE_TEXT)
    }
    const digest = this.#digest(bytes, offset, end)
    if (opcode === OPCODE.getSiteInfo) {
      encodeAnswer(out, bytes, offset, CODE.success, this.#responder, digest, siteBytes)
      return 'answered'
    }
    if (this.#parts.defers && opcode < REPLICATION_OPCODE_MIN) return 'deferred'
    counters.add('native_refused_not-supported_total')
    const code = CODE.notSupported
    encodeErrorAnswer(out, bytes, offset, code, this.#responder, digest, NOT_SUPPORTED_TEXT)
    return 'answered'
  }

  #refuseQuestion(
    error: 'malformed' | 'invalid-name',
    bytes: Buffer,
    offset: number,
    end: number,
    out: AnswerBuffer,
  ): Fate {
    const { counters } = this.#parts
    if (error === 'malformed') {
      counters.add('native_refused_question-malformed_total')
      return this.#answerUndecoded(bytes, offset, out, CODE.error, MALFORMED_TEXT)
    }
    counters.add('native_refused_invalid-name_total')
    const digest = this.#digest(bytes, offset, end)
    const code = CODE.invalidHandle
    encodeErrorAnswer(out, bytes, offset, code, this.#responder, digest, INVALID_NAME_TEXT)
    return 'answered'
  }

  #answerElse(
    outcome: Exclude<Outcome, { kind: 'found' }>,
    bytes: Buffer,
    offset: number,
    end: number,
    out: AnswerBuffer,
  ): Fate {
    if (outcome.kind === 'restricted' && outcome.readableBy !== 'nobody' && this.#parts.defers) {
      return 'deferred'
    }
    this.#parts.counters.add(`native_outcomes_${outcome.kind}_total`)
    this.#responder.authoritative = !('recursed' in outcome)
    const code = responseCodeOf(outcome)
    const challenges = code === CODE.authenticationNeeded
    const digest = challenges
      ? this.#digestAlways(bytes, offset, end)
      : this.#digest(bytes, offset, end)
    const body = bodyOf(outcome)
    const rest = outcome.kind === 'referral' && outcome.block !== null ? outcome.block : EMPTY
    encodeAnswer(out, bytes, offset, code, this.#responder, digest, body, rest)
    return 'answered'
  }

  #digest(bytes: Buffer, offset: number, end: number): Buffer {
    return wantsDigest(bytes, offset) ? this.#digestAlways(bytes, offset, end) : EMPTY
  }

  #digestAlways(bytes: Buffer, offset: number, end: number): Buffer {
    const algorithm = digestAlgorithmOf(responseVersion(bytes, offset))
    const writer = new ByteWriter(DIGEST_BYTES_MAX)
    encodeDigest(writer, digestRequest(algorithm, digestedPart(bytes, offset, end)))
    return writer.finish()
  }
}

/** Whether a message belongs to a session or challenge, or wants a signed answer. */
function needsSecret(bytes: Buffer, offset: number): boolean {
  return (
    int32At(bytes, offset + OFFSET.sessionId) !== 0 ||
    (int32At(bytes, offset + OFFSET.opFlags) & OP_FLAG.certify) !== 0
  )
}
