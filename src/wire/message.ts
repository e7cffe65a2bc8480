import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { type Body, decodeBody, encodeBody } from './body.ts'
import { type Credential, decodeCredential, encodeCredential } from './credential.ts'
import { decodeDigest, encodeDigest, type RequestDigest } from './digest.ts'
import { decodeEnvelope, encodeEnvelope, type Envelope } from './envelope.ts'
import { hasOpFlag } from './flags.ts'
import { decodeHeader, encodeHeader, type Header } from './header.ts'
import { CREDENTIAL_LENGTH_BYTES, ENVELOPE_BYTES, HEADER_BYTES, VERSION } from './layout.ts'
import { MESSAGE_BYTES_MAX } from './limits.ts'
import { versionOf, type WireVersion } from './version.ts'

/** A request (response code 0) or a response, without its envelope. */
export interface Message extends Omit<Header, 'bodyLength'> {
  /** Only in a response, exactly when its flags say so; null otherwise. */
  readonly digest: RequestDigest | null
  readonly body: Body
  readonly credential: Credential | null
}

/** A message with its envelope, not cut into parts and not encrypted. */
export interface Packet {
  readonly envelope: Envelope
  readonly message: Message
}

export interface DecodeOptions {
  /** The version in the envelope; this software's own when none is given. */
  readonly version?: WireVersion
  /**
   * Take what the peers take: a body length beyond the end, no credential length, bytes after
   * what the body needs, and an error without any text.
   */
  readonly lenient?: boolean
}

const ownVersion = versionOf(VERSION.major, VERSION.minor)

/*
 *   | header (24) | body: [request digest] content | int4 length, credential |
 */

/** Encodes a message without its envelope (§2 Message layout). */
export function encodeMessage(message: Message, version: WireVersion = ownVersion): Buffer {
  const part = encodeHeaderAndBody(message, version)
  const credential = message.credential
  const trailer = credential === null ? Buffer.alloc(0) : encodeCredential(credential)
  return new ByteWriter(part.length + CREDENTIAL_LENGTH_BYTES + trailer.length)
    .raw(part).block(trailer).finish()
}

/** Header and body alone: what digests, signatures and MACs cover (§2.4 Request digest). */
export function encodeHeaderAndBody(
  message: Omit<Message, 'credential'>,
  version: WireVersion = ownVersion,
): Buffer {
  const hasDigest = message.responseCode !== 0 && hasOpFlag(message.opFlags, 'returnDigest')
  if (hasDigest !== (message.digest !== null)) {
    throw new RangeError('a message has a digest exactly when its flags say so')
  }
  const writer = new ByteWriter()
  writer.raw(encodeHeader({ ...message, bodyLength: 0 }))
  if (message.digest !== null) encodeDigest(writer, message.digest)
  encodeBody(writer, message.body, version)
  return writer.patchInt32(HEADER_BYTES - 4, writer.length - HEADER_BYTES).finish()
}

/** Takes header and body out of an encoded message (§2.4 Request digest). @throws BytesError */
export function decodeHeaderAndBody(bytes: Buffer): Buffer {
  const { bodyLength } = decodeHeader(new ByteReader(bytes).raw(HEADER_BYTES))
  return new ByteReader(bytes).raw(HEADER_BYTES + bodyLength)
}

/**
 * Decodes a message without its envelope; byte strings are views on `bytes`.
 * @throws BytesError also for an opcode that nobody knows (§2 Message layout)
 */
export function decodeMessage(bytes: Buffer, options: DecodeOptions = {}): Message {
  const { version = ownVersion, lenient = false } = options
  if (bytes.length > MESSAGE_BYTES_MAX) throw new BytesError('message is too long')
  const reader = new ByteReader(bytes)
  const { bodyLength, ...header } = decodeHeader(reader.raw(HEADER_BYTES))
  const length = lenient ? Math.min(bodyLength, reader.remaining) : bodyLength
  const content = new ByteReader(reader.raw(length))
  const hasDigest = header.responseCode !== 0 && hasOpFlag(header.opFlags, 'returnDigest')
  const digest = hasDigest ? decodeDigest(content) : null
  const body = lenient && content.remaining === 0 && header.responseCode > 1
    ? { kind: 'error' as const, message: '', indexes: null }
    : decodeBody(content, header.opcode, header.responseCode, version)
  if (!lenient) content.assertEnd()
  return { ...header, digest, body, credential: readCredential(reader, lenient) }
}

function readCredential(reader: ByteReader, lenient: boolean): Credential | null {
  if (lenient && reader.remaining < CREDENTIAL_LENGTH_BYTES) return null
  const bytes = reader.block(MESSAGE_BYTES_MAX)
  if (!lenient) reader.assertEnd()
  return bytes.length === 0 ? null : decodeCredential(bytes)
}

/** Encodes a message with its envelope; the envelope's length is set (§2 Message layout). */
export function encodePacket(
  envelope: Omit<Envelope, 'messageLength'>,
  message: Message,
): Buffer {
  const bytes = encodeMessage(message, versionOf(envelope.major, envelope.minor))
  return Buffer.concat([encodeEnvelope({ ...envelope, messageLength: bytes.length }), bytes])
}

/**
 * Decodes a message with its envelope (§2 Message layout).
 * @throws BytesError also when it is encrypted, compressed, or part of a longer one
 */
export function decodePacket(bytes: Buffer, options: Omit<DecodeOptions, 'version'> = {}): Packet {
  const reader = new ByteReader(bytes)
  const envelope = decodeEnvelope(reader.raw(ENVELOPE_BYTES))
  if (envelope.encrypted || envelope.compressed || envelope.truncated) {
    throw new BytesError('not a whole message in the clear')
  }
  const version = versionOf(envelope.major, envelope.minor)
  const message = decodeMessage(reader.raw(envelope.messageLength), { ...options, version })
  reader.assertEnd()
  return { envelope, message }
}
