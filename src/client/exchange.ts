import { announcedLength } from '../wire/admit.ts'
import { ENVELOPE_BYTES, HEADER_BYTES, OFFSET } from '../wire/layout.ts'
import { MESSAGE_BYTES_MAX } from '../wire/limits.ts'

/** Why no answer came of an exchange. In none of these cases is anything known of the record. */
export type ExchangeFailure =
  | 'timeout' | 'unreachable' | 'closed' | 'malformed'
  /** The other side could not prove who it is. */
  | 'unverified'

/** An exchange without an answer; the message is for people, without a full stop. */
export class ExchangeError extends Error {
  readonly reason: ExchangeFailure

  constructor(reason: ExchangeFailure, message: string) {
    super(message)
    this.reason = reason
  }
}

export interface ExchangeOptions {
  /** For the whole exchange: name look-up, connecting, retries, answer. */
  readonly timeoutMs: number
  /** Ends the exchange early, as if its time were over. */
  readonly signal?: AbortSignal | null
}

/**
 * Whether a datagram may be (part of) the answer to a request (§2.1 Envelope): long enough, a
 * sane announced length, the same request id. Everything else on a socket is somebody else's.
 */
export function isAnswerTo(request: Buffer, bytes: Buffer): boolean {
  if (bytes.length < ENVELOPE_BYTES) return false
  const announced = announcedLength(bytes, 0)
  if (announced < HEADER_BYTES || announced > MESSAGE_BYTES_MAX) return false
  return bytes.readUInt32BE(OFFSET.requestId) === request.readUInt32BE(OFFSET.requestId)
}

/** Whether a whole message is a response (§2.2 Header): a request says 0 there. */
export function isResponse(message: Buffer): boolean {
  return message.length >= ENVELOPE_BYTES + HEADER_BYTES
    && message.readInt32BE(OFFSET.responseCode) !== 0
}

/** The short system code of a socket error, such as ECONNREFUSED. */
export function systemCodeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return systemCodeOf(error.errors[0])
  }
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
