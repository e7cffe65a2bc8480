import {
  CREDENTIAL_LENGTH_BYTES,
  ENVELOPE_BYTES,
  HEADER_BYTES,
  OFFSET,
  OP_FLAG,
  OPCODE,
  SITE_SERIAL_UNKNOWN,
  VERSION,
} from './layout.ts'
import { EXPIRATION_SECONDS } from './limits.ts'
import { chooseVersion, type WireVersion } from './version.ts'

const FIXED_BYTES = ENVELOPE_BYTES + HEADER_BYTES + CREDENTIAL_LENGTH_BYTES
const EMPTY = Buffer.alloc(0)
/** Request flags that an answer carries on (§2.3 Op flags); AUTH says that a primary answers. */
const COPIED_FLAGS =
  (OP_FLAG.recursive | OP_FLAG.cacheCertify | OP_FLAG.publicOnly | OP_FLAG.doNotRefer) >>> 0

/** Answers written one behind the other into memory that is kept and reused. */
export class AnswerBuffer {
  bytes: Buffer
  length = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Makes room for `size` more bytes. @returns where they begin */
  reserve(size: number): number {
    const at = this.length
    if (at + size > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(at + size, this.bytes.length * 2))
      this.bytes.copy(larger, 0, 0, at)
      this.bytes = larger
    }
    this.length = at + size
    return at
  }

  /** A copy of what was written since `clear`, for a socket that keeps it until it is sent. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.length)
    this.bytes.copy(taken, 0, 0, this.length)
    this.length = 0
    return taken
  }
}

/** What every answer of this node carries. */
export interface Responder {
  readonly siteSerial: number
  readonly nowSeconds: number
}

/** The version that the answer to the request at `offset` is written in. */
export function responseVersion(bytes: Buffer, offset: number): WireVersion {
  return chooseVersion(
    bytes[offset + OFFSET.major] ?? 0,
    bytes[offset + OFFSET.minor] ?? 0,
    (bytes[offset + OFFSET.flags] ?? 0) & 0x03,
    bytes[offset + OFFSET.suggestedMinor] ?? 0,
  )
}

/**
 * Appends the answer to the request at `offset`: envelope and header copied from it and patched,
 * then the body in up to three parts (§2 Message layout).
 * @param digest the request digest (§2.4), or an empty buffer when none is asked for
 * @param name the body's first part, taken from `nameSource`
 * @param rest the body's last part, copied as it is
 */
export function encodeAnswer(
  out: AnswerBuffer,
  bytes: Buffer,
  offset: number,
  code: number,
  responder: Responder,
  digest: Buffer,
  head: Buffer,
  headStart: number,
  headEnd: number,
  rest: Buffer,
): void {
  const bodyBytes = digest.length + (headEnd - headStart) + rest.length
  const at = out.reserve(FIXED_BYTES + bodyBytes)
  const to = out.bytes
  bytes.copy(to, at, offset, offset + ENVELOPE_BYTES + HEADER_BYTES)
  const version = responseVersion(bytes, offset)
  to[at + OFFSET.major] = version >> 8
  to[at + OFFSET.minor] = version & 0xff
  to[at + OFFSET.flags] = VERSION.major
  to[at + OFFSET.suggestedMinor] = VERSION.minor
  to.writeInt32BE(0, at + OFFSET.sequence)
  to.writeInt32BE(HEADER_BYTES + CREDENTIAL_LENGTH_BYTES + bodyBytes, at + OFFSET.messageLength)
  to.writeInt32BE(code, at + OFFSET.responseCode)
  const asked = bytes.readInt32BE(offset + OFFSET.opFlags)
  const digestFlag = digest.length === 0 ? 0 : OP_FLAG.returnDigest
  const flags = (asked & COPIED_FLAGS) | OP_FLAG.authoritative | digestFlag
  to.writeInt32BE(flags, at + OFFSET.opFlags)
  to.writeUInt16BE(responder.siteSerial, at + OFFSET.siteSerial)
  to[at + OFFSET.recursionCount + 1] = 0
  to.writeUInt32BE(responder.nowSeconds + EXPIRATION_SECONDS, at + OFFSET.expiration)
  to.writeInt32BE(bodyBytes, at + OFFSET.bodyLength)
  let body = at + OFFSET.body
  body += digest.copy(to, body)
  body += head.copy(to, body, headStart, headEnd)
  body += rest.copy(to, body)
  to.writeInt32BE(0, body)
}

/** Appends an error answer that carries a text (§4 Bodies, error response). */
export function encodeErrorAnswer(
  out: AnswerBuffer,
  bytes: Buffer,
  offset: number,
  code: number,
  responder: Responder,
  digest: Buffer,
  text: Buffer,
): void {
  encodeAnswer(out, bytes, offset, code, responder, digest, EMPTY, 0, 0, text)
}

/** A text as an error body carries it: int4 length and UTF-8. */
export function encodeErrorText(text: string): Buffer {
  const body = Buffer.allocUnsafe(4 + Buffer.byteLength(text))
  body.writeInt32BE(body.length - 4, 0)
  body.write(text, 4)
  return body
}

/**
 * Appends the answer to bytes that could not be decoded (§7.4): version 2.3, opcode 0, no site
 * serial. It echoes the request id where an envelope was readable, so that its sender can tell
 * whose error this is; the peers send ffffffff, which their own client cannot match.
 * @param requestId the sender's, or 0xffffffff
 */
export function encodeUndecodedAnswer(
  out: AnswerBuffer,
  requestId: number,
  code: number,
  nowSeconds: number,
  text: Buffer,
): void {
  const at = out.reserve(FIXED_BYTES + text.length)
  const to = out.bytes
  to.fill(0, at, at + OFFSET.body)
  to[at + OFFSET.major] = VERSION.major
  to[at + OFFSET.minor] = VERSION.undecodedMinor
  to[at + OFFSET.flags] = VERSION.major
  to[at + OFFSET.suggestedMinor] = VERSION.minor
  to.writeUInt32BE(requestId, at + OFFSET.requestId)
  to.writeInt32BE(HEADER_BYTES + CREDENTIAL_LENGTH_BYTES + text.length, at + OFFSET.messageLength)
  to.writeInt32BE(OPCODE.reserved, at + OFFSET.opcode)
  to.writeInt32BE(code, at + OFFSET.responseCode)
  const flags = OP_FLAG.recursive | OP_FLAG.cacheCertify | OP_FLAG.publicOnly
  to.writeUInt32BE(flags >>> 0, at + OFFSET.opFlags)
  to.writeUInt16BE(SITE_SERIAL_UNKNOWN, at + OFFSET.siteSerial)
  to.writeUInt32BE(nowSeconds + EXPIRATION_SECONDS, at + OFFSET.expiration)
  to.writeInt32BE(text.length, at + OFFSET.bodyLength)
  const credential = at + OFFSET.body + text.copy(to, at + OFFSET.body)
  to.writeInt32BE(0, credential)
}

/** Whether the answer has to begin with the digest of its request (§2.4). */
export function wantsDigest(bytes: Buffer, offset: number): boolean {
  return (bytes.readInt32BE(offset + OFFSET.opFlags) & OP_FLAG.returnDigest) !== 0
}

/** The part of a request that its digest covers: header and body (§2.4). */
export function digestedPart(bytes: Buffer, offset: number, end: number): Buffer {
  const bodyBytes = Math.max(0, bytes.readInt32BE(offset + OFFSET.bodyLength))
  const bodyEnd = Math.min(end, offset + OFFSET.body + bodyBytes)
  return bytes.subarray(offset + ENVELOPE_BYTES, bodyEnd)
}

