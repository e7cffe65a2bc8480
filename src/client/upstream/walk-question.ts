import { BytesError } from '../../lib/bytes.ts'
import { randomRequestId } from '../../lib/random.ts'
import { digestRequest } from '../../wire/digest.ts'
import { requestEnvelope } from '../../wire/envelope.ts'
import { hasOpFlag, opFlags } from '../../wire/flags.ts'
import { ENVELOPE_BYTES, OPCODE, SITE_SERIAL_UNKNOWN } from '../../wire/layout.ts'
import { EXPIRATION_SECONDS } from '../../wire/limits.ts'
import {
  decodeHeaderAndBody, decodePacket, encodePacket, type Message, type Packet,
} from '../../wire/message.ts'
import { ExchangeError } from '../exchange.ts'
import type { Answer } from '../outcome.ts'
import { answerOf } from '../question.ts'
import { isSignedBy } from './signature.ts'

export interface WalkQuestionOptions {
  readonly recursionCount: number
  /** Whether the answer has to be signed where the server's key is known. */
  readonly signed: boolean
  readonly nowSeconds: number
}

/**
 * The question that a recursive node puts to another node (§4 Bodies): all that is public of a
 * name, without a wish that the other one recurses, so that two of them can't send each other
 * round in a ring. It asks for its own digest, which ties the answer to it.
 * @returns envelope and message, with an unpredictable request id
 */
export function createWalkQuestion(name: string, options: WalkQuestionOptions): Buffer {
  const usual = opFlags('keepAlive', 'publicOnly', 'returnDigest')
  return encodePacket(requestEnvelope(randomRequestId(), 0), {
    opcode: OPCODE.resolve,
    responseCode: 0,
    opFlags: options.signed ? (usual | opFlags('certify')) >>> 0 : usual,
    siteSerial: SITE_SERIAL_UNKNOWN,
    recursionCount: options.recursionCount,
    expiration: options.nowSeconds + EXPIRATION_SECONDS,
    digest: null,
    body: { kind: 'resolve', handle: name, indexes: [], types: [] },
    credential: null,
  })
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
): Answer {
  try {
    const packet = decodePacket(bytes, { lenient: true })
    const { message } = packet
    if (message.expiration < nowSeconds) throw new BytesError('it has expired')
    if (message.opcode === OPCODE.resolve) assertDigest(request, message)
    assertSigned(packet, bytes, publicKey)
    assertWhole(message)
    return answerOf(message, name)
  } catch (error) {
    if (!(error instanceof BytesError)) throw error
    throw new ExchangeError('malformed', `the answer can't be trusted: ${error.message}`)
  }
}

/** Old servers leave the digest out; a wrong one belongs to somebody else's request. */
function assertDigest(request: Buffer, { digest }: Message): void {
  if (digest === null) return
  const asked = decodeHeaderAndBody(request.subarray(ENVELOPE_BYTES))
  if (digestRequest(digest.algorithm, asked).bytes.equals(digest.bytes)) return
  throw new BytesError('it answers another request')
}

function assertSigned(packet: Packet, bytes: Buffer, publicKey: Buffer | null): void {
  if (publicKey === null || publicKey.length === 0) return
  if (isSignedBy(publicKey, packet, bytes)) return
  throw new BytesError("it does not carry its server's signature")
}

/** One message holds any record. More of them would be a stream without end. */
function assertWhole({ opFlags }: Message): void {
  if (hasOpFlag(opFlags, 'continuous')) throw new BytesError('it is to be continued')
}
