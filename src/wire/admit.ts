import { int32At } from '../lib/bytes.ts'
import { CODE, ENVELOPE_BYTES, ENVELOPE_FLAG, HEADER_BYTES, OFFSET } from './layout.ts'
import { MESSAGE_BYTES_MAX } from './limits.ts'

/** Why a message is not worked on, each counted under its name. */
export type Refusal =
  | 'too-short'
  | 'is-response'
  | 'length-below-header'
  | 'length-above-limit'
  | 'length-mismatch'
  | 'encrypted'
  | 'compressed'
  | 'expired'
  | 'question-malformed'

export type Admission =
  | { readonly kind: 'accept' }
  /** Part of a longer message: to be put together first. */
  | { readonly kind: 'fragment' }
  /** Answered with an error that is not tied to a decoded request (§7.4). */
  | {
      readonly kind: 'refuse'
      readonly reason: Refusal
      readonly code: number
      readonly text: string
    }
  /** Not answered at all. */
  | { readonly kind: 'ignore'; readonly reason: Refusal }

const ACCEPT: Admission = { kind: 'accept' }
const FRAGMENT: Admission = { kind: 'fragment' }
const TOO_SHORT: Admission = { kind: 'ignore', reason: 'too-short' }
const IS_RESPONSE: Admission = { kind: 'ignore', reason: 'is-response' }
const EXPIRED: Admission = { kind: 'ignore', reason: 'expired' }

const refuse = (reason: Refusal, code: number, text: string): Admission =>
  ({ kind: 'refuse', reason, code, text })

const BELOW_HEADER = refuse('length-below-header', CODE.protocolError, 'Invalid message length')
const ABOVE_LIMIT = refuse('length-above-limit', CODE.error, 'Message is longer than the limit')
const MISMATCH = refuse('length-mismatch', CODE.protocolError, 'Invalid message length')
const ENCRYPTED = refuse('encrypted', CODE.sessionTimeout, 'No such session')
const COMPRESSED = refuse('compressed', CODE.protocolError, 'Compression is not supported')

/** The length after the envelope that a sender announced; negative when it is no sane number. */
export function announcedLength(bytes: Buffer, offset: number): number {
  return int32At(bytes, offset + OFFSET.messageLength)
}

/**
 * The admission ladder (§7.4): cheapest check first. Looks at the envelope and the header only.
 * A response is never answered, nor anything shorter than an envelope: else two nodes could be
 * made to answer each other for ever.
 * @param bytes from `offset` to `end`: one datagram, or one frame of a stream
 */
export function admit(bytes: Buffer, offset: number, end: number, nowSeconds: number): Admission {
  const size = end - offset
  if (size < ENVELOPE_BYTES) return TOO_SHORT
  const announced = announcedLength(bytes, offset)
  if (announced < HEADER_BYTES) return announced < 0 ? ABOVE_LIMIT : BELOW_HEADER
  if (announced > MESSAGE_BYTES_MAX) return ABOVE_LIMIT
  const flags = bytes[offset + OFFSET.flags] ?? 0
  if ((flags & ENVELOPE_FLAG.truncated) !== 0) return FRAGMENT
  if ((flags & ENVELOPE_FLAG.compressed) !== 0) return COMPRESSED
  if (size - ENVELOPE_BYTES < announced) return MISMATCH
  // What a session encrypted has no readable header; without that session there is no answer.
  if ((flags & ENVELOPE_FLAG.encrypted) !== 0) return ENCRYPTED
  if (int32At(bytes, offset + OFFSET.responseCode) !== 0) return IS_RESPONSE
  const expiration = int32At(bytes, offset + OFFSET.expiration) >>> 0
  if (expiration < nowSeconds) return EXPIRED
  return ACCEPT
}
