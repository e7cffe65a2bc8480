import { foldAscii, type Identifier } from '../identifier/identifier.ts'
import { BytesError } from '../lib/bytes.ts'
import { systemClock } from '../lib/clock.ts'
import { randomRequestId } from '../lib/random.ts'
import { requestEnvelope } from '../wire/envelope.ts'
import { opFlags } from '../wire/flags.ts'
import { OPCODE, SITE_SERIAL_UNKNOWN } from '../wire/layout.ts'
import { EXPIRATION_SECONDS } from '../wire/limits.ts'
import { decodePacket, encodePacket, type Message } from '../wire/message.ts'
import { ExchangeError } from './exchange.ts'
import type { Answer } from './outcome.ts'

/** Filters of a question; empty lists ask for everything. */
export interface QuestionFilter {
  readonly types: readonly string[]
  readonly indexes: readonly number[]
}

/** A resolution request, envelope and message, with a request id of its own (§4 Bodies). */
export function createQuestion(identifier: Identifier, filter: QuestionFilter): Buffer {
  return encodePacket(requestEnvelope(randomRequestId(), 0), {
    opcode: OPCODE.resolve,
    responseCode: 0,
    opFlags: opFlags('recursive', 'cacheCertify', 'publicOnly'),
    siteSerial: SITE_SERIAL_UNKNOWN,
    recursionCount: 0,
    expiration: systemClock.nowSeconds() + EXPIRATION_SECONDS,
    digest: null,
    body: { kind: 'resolve', handle: identifier, ...filter },
    credential: null,
  })
}

/**
 * Reads the answer to a question (§4 Bodies).
 * @throws ExchangeError when its bytes make no sense
 */
export function readAnswer(bytes: Buffer, identifier: Identifier): Answer {
  try {
    return answerOf(decodePacket(bytes, { lenient: true }).message, identifier)
  } catch (error) {
    if (!(error instanceof BytesError)) throw error
    throw new ExchangeError('malformed', `the answer can't be read: ${error.message}`)
  }
}

/** What an answer to a resolution says (§4 Bodies). @throws BytesError when it is about another */
export function answerOf({ responseCode: code, body }: Message, name: string): Answer {
  switch (body.kind) {
    case 'record':
      if (foldAscii(body.handle) !== foldAscii(name)) {
        throw new BytesError('it is about another identifier')
      }
      return { code, handle: body.handle, values: body.values, message: '' }
    case 'referral':
      return { code, handle: body.handle, values: body.values ?? [], message: '' }
    case 'challenge':
      return { code, handle: '', values: [], message: '' }
    case 'error':
      return { code, handle: '', values: [], message: body.message }
    default:
      throw new BytesError('it answers another question')
  }
}
