import { ByteReader, BytesError, int32At } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../record/limits.ts'
import { decodeDigest, type RequestDigest } from './digest.ts'
import { hasOpFlag } from './flags.ts'
import { CODE, ENVELOPE_BYTES, ENVELOPE_FLAG, HEADER_BYTES, OFFSET, OPCODE } from './layout.ts'
import { MESSAGE_BYTES_MAX } from './limits.ts'
import { skipValues } from './values.ts'

/** The answer to a resolution, its values left as they are encoded. */
export interface ResolutionAnswer {
  readonly opcode: number
  readonly code: number
  readonly opFlags: number
  readonly expiration: number
  readonly digest: RequestDigest | null
  /** The name of a record or of a referral; empty for other answers. */
  readonly handle: string
  /** int4 count and values, a view on the message; null for an answer without. */
  readonly block: Buffer | null
  /** The server's own words of an error. */
  readonly message: string
}

const NOT_CLEAR = ENVELOPE_FLAG.compressed | ENVELOPE_FLAG.encrypted | ENVELOPE_FLAG.truncated

/**
 * Reads the answer to a resolution, envelope included, in one pass: what `decodePacket` takes
 * when it is lenient, but for the credential, which it does not look at (§2 Message layout).
 * @throws BytesError also when it is the answer to something else
 */
export function readResolutionAnswer(bytes: Buffer): ResolutionAnswer {
  const messageBytes = bytes.length - ENVELOPE_BYTES
  if (messageBytes < HEADER_BYTES) throw new BytesError('bytes end too early')
  if (((bytes[OFFSET.flags] ?? 0) & NOT_CLEAR) !== 0) {
    throw new BytesError('not a whole message in the clear')
  }
  if (messageBytes > MESSAGE_BYTES_MAX || int32At(bytes, OFFSET.messageLength) !== messageBytes) {
    throw new BytesError('the message has another length than it says')
  }
  const bodyBytes = int32At(bytes, OFFSET.bodyLength)
  if (bodyBytes < 0) throw new BytesError('body length is negative')
  const reader = new ByteReader(
    bytes, OFFSET.body, Math.min(bytes.length, OFFSET.body + bodyBytes))
  const opcode = int32At(bytes, OFFSET.opcode) >>> 0
  const code = int32At(bytes, OFFSET.responseCode) >>> 0
  const opFlags = int32At(bytes, OFFSET.opFlags) >>> 0
  const expiration = int32At(bytes, OFFSET.expiration) >>> 0
  if (code === 0) throw new BytesError('it is no answer')
  const digest = hasOpFlag(opFlags, 'returnDigest') ? decodeDigest(reader) : null
  let handle = ''
  let block: Buffer | null = null
  let message = ''
  switch (code) {
    case CODE.success:
      if (opcode !== OPCODE.resolve) throw new BytesError('it answers another question')
      handle = reader.text(BLOCK_BYTES_MAX)
      block = takeBlock(reader)
      break
    case CODE.serviceReferral:
    case CODE.prefixReferral:
      handle = reader.text(BLOCK_BYTES_MAX)
      if (reader.remaining > 0) block = takeBlock(reader)
      break
    case CODE.authenticationNeeded:
      break
    default:
      // Some errors come without any text.
      if (reader.remaining > 0) message = reader.text(BLOCK_BYTES_MAX)
  }
  return { opcode, code, opFlags, expiration, digest, handle, block, message }
}

function takeBlock(reader: ByteReader): Buffer {
  const start = reader.offset
  skipValues(reader)
  return reader.bytes.subarray(start, reader.offset)
}
