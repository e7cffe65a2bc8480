import { foldAscii } from '../../identifier/identifier.ts'
import { BytesError } from '../../lib/bytes.ts'
import { randomRequestId } from '../../lib/random.ts'
import { isDigestOf } from '../../wire/digest.ts'
import { requestEnvelope } from '../../wire/envelope.ts'
import { hasOpFlag, opFlags } from '../../wire/flags.ts'
import {
  CODE, CREDENTIAL_LENGTH_BYTES, ENVELOPE_BYTES, OFFSET, OP_FLAG, OPCODE, SITE_SERIAL_UNKNOWN,
} from '../../wire/layout.ts'
import { EXPIRATION_SECONDS } from '../../wire/limits.ts'
import { decodePacket, encodePacket } from '../../wire/message.ts'
import { readResolutionAnswer, type ResolutionAnswer } from '../../wire/resolution-answer.ts'
import { encodeValues } from '../../wire/values.ts'
import { ExchangeError } from '../exchange.ts'
import type { Answer } from '../outcome.ts'
import { isSignedBy } from './signature.ts'

export interface WalkQuestionOptions {
  readonly recursionCount: number
  /** Whether the answer has to be signed where the server's key is known. */
  readonly signed: boolean
  /** Whether it is to carry a digest of the question. */
  readonly digested: boolean
  readonly nowSeconds: number
}

/** What was answered to a walk's question, its values as they are remembered. */
export interface WalkAnswer extends Omit<Answer, 'values'> {
  /** int4 count and values, in memory of its own. */
  readonly block: Buffer
}

const USUAL_FLAGS = opFlags('keepAlive', 'publicOnly')
/** The question for a name without letters; it is patched for each name. */
const QUESTION = encodePacket(requestEnvelope(0, 0), {
  opcode: OPCODE.resolve,
  responseCode: 0,
  opFlags: USUAL_FLAGS,
  siteSerial: SITE_SERIAL_UNKNOWN,
  recursionCount: 0,
  expiration: 0,
  digest: null,
  body: { kind: 'resolve', handle: '', indexes: [], types: [] },
  credential: null,
})
const NAME_AT = OFFSET.body + 4
const NO_VALUES = encodeValues([])

/**
 * The question that a recursive node puts to another node (§4 Bodies): all that is public of a
 * name, without a wish that the other one recurses, so that two of them can't send each other
 * round in a ring.
 * @returns envelope and message, with an unpredictable request id
 */
export function createWalkQuestion(name: string, options: WalkQuestionOptions): Buffer {
  const nameBytes = Buffer.byteLength(name)
  const request = Buffer.allocUnsafe(QUESTION.length + nameBytes)
  QUESTION.copy(request, 0, 0, NAME_AT)
  QUESTION.copy(request, NAME_AT + nameBytes, NAME_AT)
  request.write(name, NAME_AT, nameBytes, 'utf8')
  request.writeUInt32BE(randomRequestId(), OFFSET.requestId)
  request.writeInt32BE(request.length - ENVELOPE_BYTES, OFFSET.messageLength)
  const flags = USUAL_FLAGS | (options.signed ? OP_FLAG.certify : 0)
    | (options.digested ? OP_FLAG.returnDigest : 0)
  request.writeUInt32BE(flags >>> 0, OFFSET.opFlags)
  request.writeUInt8(options.recursionCount, OFFSET.recursionCount)
  request.writeUInt32BE(options.nowSeconds + EXPIRATION_SECONDS, OFFSET.expiration)
  request.writeInt32BE(QUESTION.readInt32BE(OFFSET.bodyLength) + nameBytes, OFFSET.bodyLength)
  request.writeInt32BE(nameBytes, OFFSET.body)
  return request
}

/**
 * Reads and checks the answer to a walk's question: whole, about the name asked, made for this
 * very request, not expired, and signed where that is demanded.
 * @param publicKey the server's key when its signature is demanded, else null
 * @throws ExchangeError
 */
export function readWalkAnswer(
  request: Buffer,
  bytes: Buffer,
  name: string,
  publicKey: Buffer | null,
  nowSeconds: number,
): WalkAnswer {
  try {
    const answer = readResolutionAnswer(bytes)
    if (answer.expiration < nowSeconds) throw new BytesError('it has expired')
    if (answer.opcode === OPCODE.resolve) assertDigest(request, answer)
    assertSigned(bytes, publicKey)
    // One message holds any record. More of them would be a stream without end.
    if (hasOpFlag(answer.opFlags, 'continuous')) throw new BytesError('it is to be continued')
    const { code, handle, block, message } = answer
    if (block !== null && answer.code === CODE.success && foldAscii(handle) !== foldAscii(name)) {
      throw new BytesError('it is about another identifier')
    }
    // A copy: the message may have come with many others in one piece of memory.
    return { code, handle, message, block: block === null ? NO_VALUES : Buffer.from(block) }
  } catch (error) {
    if (!(error instanceof BytesError)) throw error
    throw new ExchangeError('malformed', `the answer can't be trusted: ${error.message}`)
  }
}

/** The same of an answer in JSON, of which less can be checked. @throws ExchangeError */
export function readJsonAnswer(answer: Answer, name: string, key: Buffer | null): WalkAnswer {
  if (key !== null && key.length > 0) {
    throw new ExchangeError('malformed', 'an answer in JSON carries no signature')
  }
  const { code, handle, message, values } = answer
  const other = code === CODE.success && foldAscii(handle) !== foldAscii(name)
  if (other) throw new ExchangeError('malformed', 'the answer is about another identifier')
  return { code, handle, message, block: encodeValues(values) }
}

/** Old servers leave the digest out; a wrong one belongs to somebody else's request. */
function assertDigest(request: Buffer, { digest }: ResolutionAnswer): void {
  if (digest === null) return
  const asked = request.subarray(ENVELOPE_BYTES, request.length - CREDENTIAL_LENGTH_BYTES)
  if (!isDigestOf(digest, asked)) throw new BytesError('it answers another request')
}

function assertSigned(bytes: Buffer, publicKey: Buffer | null): void {
  if (publicKey === null || publicKey.length === 0) return
  if (isSignedBy(publicKey, decodePacket(bytes, { lenient: true }), bytes)) return
  throw new BytesError("it does not carry its server's signature")
}
