import { int32At } from '../lib/bytes.ts'
import {
  CODE,
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
  view: DataView
  /** Bytes written since the last were taken. */
  length = 0
  /** Where they begin: behind what was cut off. */
  #start = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `size` more bytes. @returns where they begin */
  reserve(size: number): number {
    const length = this.length + size
    if (this.#start + length > this.bytes.length) this.#makeRoom(length)
    const at = this.#start + this.length
    this.length = length
    return at
  }

  /** A copy of what was written, for someone who keeps it; what follows begins anew. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.length)
    this.bytes.copy(taken, 0, this.#start, this.#start + this.length)
    this.length = 0
    return taken
  }

  /**
   * What was written, for someone who soon lets go of it: it is not copied, and keeps the whole
   * memory. What follows is written behind it.
   */
  cut(): Buffer {
    const cut = this.written()
    this.#start += this.length
    this.length = 0
    return cut
  }

  /** What was written, in place: whoever still needs it when more is written must say `giveUp`. */
  written(): Buffer {
    return this.bytes.subarray(this.#start, this.#start + this.length)
  }

  /** Leaves the memory to whoever was shown what was `written`, and goes on in new memory. */
  giveUp(): void {
    this.length = 0
    this.#move(this.bytes.length)
  }

  #makeRoom(length: number): void {
    // Memory that is full of what was cut off is left to its readers; other memory is too small.
    const capacity = this.bytes.length
    this.#move(Math.max(length, this.#start > 0 ? capacity : capacity * 2))
  }

  #move(capacity: number): void {
    const before = this.bytes
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = new DataView(this.bytes.buffer)
    before.copy(this.bytes, 0, this.#start, this.#start + this.length)
    this.#start = 0
  }
}

/** What every answer of this node carries. */
export interface Responder {
  readonly siteSerial: number
  readonly nowSeconds: number
  /** Whether this node answers for what it says; false for what it passes on. */
  readonly authoritative: boolean
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
 * Appends the answer to the request at `offset`: envelope and header from it, patched, then the
 * body (§2 Message layout).
 * @param digest the request digest (§2.4), or an empty buffer when none is asked for
 * @param body in up to two parts, copied as they are
 */
export function encodeAnswer(
  out: AnswerBuffer,
  bytes: Buffer,
  offset: number,
  code: number,
  responder: Responder,
  digest: Buffer,
  body: Buffer,
  rest: Buffer = EMPTY,
): void {
  const bodyBytes = digest.length + body.length + rest.length
  let at = beginAnswer(out, bytes, offset, code, responder, digest.length > 0, bodyBytes)
  at += digest.copy(out.bytes, at)
  at += body.copy(out.bytes, at)
  at += rest.copy(out.bytes, at)
  out.view.setInt32(at, 0)
}

/**
 * Appends the answer to a resolution request: its name as it was sent, then the values.
 * @param nameStart where the name's length stands in `bytes`; `nameEnd` where the name ends
 * @param found int4 count and encoded values: `start` to `end` of `source`
 */
export function encodeFoundAnswer(
  out: AnswerBuffer,
  bytes: Buffer,
  offset: number,
  responder: Responder,
  digest: Buffer,
  nameStart: number,
  nameEnd: number,
  found: { readonly source: Buffer; readonly start: number; readonly end: number },
): void {
  const bodyBytes = digest.length + (nameEnd - nameStart) + (found.end - found.start)
  const digested = digest.length > 0
  let at = beginAnswer(out, bytes, offset, CODE.success, responder, digested, bodyBytes)
  const to = out.bytes
  if (digested) at += digest.copy(to, at)
  // Names are short: a loop is done before a call to copy has begun.
  for (let from = nameStart; from < nameEnd; from++) to[at++] = bytes[from] ?? 0
  at += found.source.copy(to, at, found.start, found.end)
  out.view.setInt32(at, 0)
}

/** Reserves an answer and writes its envelope and header. @returns where its body begins */
function beginAnswer(
  out: AnswerBuffer,
  bytes: Buffer,
  offset: number,
  code: number,
  responder: Responder,
  digested: boolean,
  bodyBytes: number,
): number {
  const at = out.reserve(FIXED_BYTES + bodyBytes)
  const { view } = out
  const version = responseVersion(bytes, offset)
  view.setInt32(at, (version << 16) | (VERSION.major << 8) | VERSION.minor)
  view.setInt32(at + OFFSET.sessionId, int32At(bytes, offset + OFFSET.sessionId))
  view.setInt32(at + OFFSET.requestId, int32At(bytes, offset + OFFSET.requestId))
  view.setInt32(at + OFFSET.sequence, 0)
  view.setInt32(at + OFFSET.messageLength, HEADER_BYTES + CREDENTIAL_LENGTH_BYTES + bodyBytes)
  view.setInt32(at + OFFSET.opcode, int32At(bytes, offset + OFFSET.opcode))
  view.setInt32(at + OFFSET.responseCode, code)
  const asked = int32At(bytes, offset + OFFSET.opFlags) & COPIED_FLAGS
  const authority = responder.authoritative ? OP_FLAG.authoritative : 0
  view.setInt32(at + OFFSET.opFlags, asked | authority | (digested ? OP_FLAG.returnDigest : 0))
  const recursionCount = bytes[offset + OFFSET.recursionCount] ?? 0
  view.setInt32(at + OFFSET.siteSerial, (responder.siteSerial << 16) | (recursionCount << 8))
  view.setUint32(at + OFFSET.expiration, responder.nowSeconds + EXPIRATION_SECONDS)
  view.setInt32(at + OFFSET.bodyLength, bodyBytes)
  return at + OFFSET.body
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
  encodeAnswer(out, bytes, offset, code, responder, digest, text)
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
  return (int32At(bytes, offset + OFFSET.opFlags) & OP_FLAG.returnDigest) !== 0
}

/** The part of a request that its digest covers: header and body (§2.4). */
export function digestedPart(bytes: Buffer, offset: number, end: number): Buffer {
  const bodyBytes = Math.max(0, bytes.readInt32BE(offset + OFFSET.bodyLength))
  const bodyEnd = Math.min(end, offset + OFFSET.body + bodyBytes)
  return bytes.subarray(offset + ENVELOPE_BYTES, bodyEnd)
}

