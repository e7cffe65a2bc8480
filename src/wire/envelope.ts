import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { ENVELOPE_FLAG, SUGGESTED_MAJOR_MASK, VERSION } from './layout.ts'
import { MESSAGE_BYTES_MAX } from './limits.ts'

/** What stands before each message and each part of one. Numbers are unsigned. */
export interface Envelope {
  readonly major: number
  readonly minor: number
  /** Version that the sender would like the answer in; major 0 when it names none. */
  readonly suggestedMajor: number
  readonly suggestedMinor: number
  readonly compressed: boolean
  readonly encrypted: boolean
  /** Part of a message that does not fit one datagram. */
  readonly truncated: boolean
  /** Session, or challenge; 0 for none. */
  readonly sessionId: number
  readonly requestId: number
  /** Which part this is, from 0. */
  readonly sequence: number
  /** Bytes of the whole message after the envelope, in every part of it. */
  readonly messageLength: number
}

/*
 *   0 major  1 minor  2 C E T x x x maj  3 suggested minor
 *   4 session id      8 request id      12 sequence      16 message length
 */

/** Encodes the twenty bytes before a message (§2.1 Envelope). */
export function encodeEnvelope(envelope: Envelope): Buffer {
  const flags =
    (envelope.compressed ? ENVELOPE_FLAG.compressed : 0) |
    (envelope.encrypted ? ENVELOPE_FLAG.encrypted : 0) |
    (envelope.truncated ? ENVELOPE_FLAG.truncated : 0)
  return new ByteWriter(20)
    .uint8(envelope.major).uint8(envelope.minor)
    .uint8(flags | (envelope.suggestedMajor & SUGGESTED_MAJOR_MASK))
    .uint8(envelope.suggestedMinor)
    .int32(envelope.sessionId).int32(envelope.requestId)
    .int32(envelope.sequence).int32(envelope.messageLength)
    .finish()
}

/** Decodes exactly twenty bytes (§2.1 Envelope). @throws BytesError */
export function decodeEnvelope(bytes: Buffer): Envelope {
  const reader = new ByteReader(bytes)
  const major = reader.uint8()
  const minor = reader.uint8()
  const flags = reader.uint8()
  const envelope = {
    major,
    minor,
    suggestedMajor: flags & SUGGESTED_MAJOR_MASK,
    suggestedMinor: reader.uint8(),
    compressed: (flags & ENVELOPE_FLAG.compressed) !== 0,
    encrypted: (flags & ENVELOPE_FLAG.encrypted) !== 0,
    truncated: (flags & ENVELOPE_FLAG.truncated) !== 0,
    sessionId: reader.uint32(),
    requestId: reader.uint32(),
    sequence: reader.uint32(),
    messageLength: reader.uint32(),
  }
  reader.assertEnd()
  if (envelope.messageLength > MESSAGE_BYTES_MAX) throw new BytesError('message is too long')
  return envelope
}

/**
 * What stands before a request of this software (§2.1 Envelope), but for its length.
 * @param sessionId session or challenge that it belongs to; 0 for none
 */
export function requestEnvelope(
  requestId: number, sessionId: number,
): Omit<Envelope, 'messageLength'> {
  return {
    major: VERSION.major,
    minor: VERSION.minor,
    suggestedMajor: VERSION.major,
    suggestedMinor: VERSION.minor,
    compressed: false,
    encrypted: false,
    truncated: false,
    sessionId,
    requestId,
    sequence: 0,
  }
}
