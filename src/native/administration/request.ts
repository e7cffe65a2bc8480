import { ByteReader } from '../../lib/bytes.ts'
import type { Origin } from '../../registry/administration.ts'
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../wire/envelope.ts'
import { decryptMessage } from '../../wire/encryption.ts'
import { ENVELOPE_BYTES } from '../../wire/layout.ts'
import { decodeMessage, type Message } from '../../wire/message.ts'
import { digestedPart } from '../../wire/response.ts'
import { chooseVersion, versionOf, type WireVersion } from '../../wire/version.ts'
import type { NativeSession } from './sessions.ts'

/** A request that was read whole. */
export interface NativeRequest {
  /** Envelope and message in the clear. */
  readonly bytes: Buffer
  readonly envelope: Envelope
  readonly message: Message
  /** Header and body: what digests and codes cover. */
  readonly headerAndBody: Buffer
  /** The session that it belongs to, if any. */
  readonly session: NativeSession | null
  readonly origin: Origin
}

/** The version that the answer to a request is written in (§2.1 Envelope). */
export function answerVersion({ envelope }: Pick<NativeRequest, 'envelope'>): WireVersion {
  const { major, minor, suggestedMajor, suggestedMinor } = envelope
  return chooseVersion(major, minor, suggestedMajor, suggestedMinor)
}

/**
 * A message in the clear: itself, or what a session encrypted (§5.5 Sessions).
 * @returns undefined when it is encrypted and there is no such session, or with another key
 */
export function openMessage(
  bytes: Buffer, findSession: (id: number) => NativeSession | undefined,
): Buffer | undefined {
  const envelope = decodeEnvelope(bytes.subarray(0, ENVELOPE_BYTES))
  if (!envelope.encrypted) return bytes
  const session = findSession(envelope.sessionId)
  if (session === undefined) return undefined
  const message = decryptMessage(session.keys.cipherKey, new ByteReader(bytes, ENVELOPE_BYTES)
    .raw(envelope.messageLength))
  const clear = { ...envelope, encrypted: false, messageLength: message.length }
  return Buffer.concat([encodeEnvelope(clear), message])
}

/** Reads a message in the clear, as leniently as the peers do. @throws BytesError */
export function readRequest(
  bytes: Buffer, session: NativeSession | null, origin: Origin,
): NativeRequest {
  const envelope = decodeEnvelope(bytes.subarray(0, ENVELOPE_BYTES))
  const version = versionOf(envelope.major, envelope.minor)
  const end = ENVELOPE_BYTES + envelope.messageLength
  const part = new ByteReader(bytes, ENVELOPE_BYTES).raw(envelope.messageLength)
  const message = decodeMessage(part, { version, lenient: true })
  return {
    bytes, envelope, message, headerAndBody: digestedPart(bytes, 0, end), session, origin,
  }
}
