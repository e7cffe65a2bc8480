import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'

/** The fixed start of every message. Numbers are unsigned. */
export interface Header {
  readonly opcode: number
  /** 0 in a request. */
  readonly responseCode: number
  /** Bits of `OP_FLAG`. */
  readonly opFlags: number
  /** Serial number of the site that the sender knows; ffff for none. */
  readonly siteSerial: number
  readonly recursionCount: number
  /** Seconds since 1970, after which the message counts for nothing. */
  readonly expiration: number
  readonly bodyLength: number
}

/*
 *   0 opcode   4 response code   8 op flags   12 site serial (2)   14 recursion count
 *  15 reserved   16 expiration   20 body length
 */

/** Encodes the twenty-four bytes before a body (§2.2 Header). */
export function encodeHeader(header: Header): Buffer {
  return new ByteWriter(24)
    .int32(header.opcode).int32(header.responseCode).int32(header.opFlags)
    .uint16(header.siteSerial).uint8(header.recursionCount).uint8(0)
    .int32(header.expiration).int32(header.bodyLength)
    .finish()
}

/** Decodes exactly twenty-four bytes (§2.2 Header). @throws BytesError */
export function decodeHeader(bytes: Buffer): Header {
  const reader = new ByteReader(bytes)
  const header = {
    opcode: reader.uint32(),
    responseCode: reader.uint32(),
    opFlags: reader.uint32(),
    siteSerial: reader.uint16(),
    recursionCount: reader.uint8(),
    // The reserved byte is skipped: a later version may use it.
    expiration: (reader.uint8(), reader.uint32()),
    bodyLength: reader.uint32(),
  }
  reader.assertEnd()
  if (header.bodyLength > 0x7fffffff) throw new BytesError('body length is negative')
  return header
}
