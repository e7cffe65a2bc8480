import { HEADER_BYTES, ENVELOPE_BYTES, OFFSET, OP_FLAG, OPCODE } from '../src/wire/layout.ts'

const VALID_SECONDS = 43_200

/** A resolution request for all public values of a name, as the stock client sends it. */
export function encodeBenchRequest(name: string, requestId: number): Buffer {
  const bytes = Buffer.from(name)
  const bodyBytes = 4 + bytes.length + 8
  const request = Buffer.alloc(ENVELOPE_BYTES + HEADER_BYTES + bodyBytes + 4)
  request.set([2, 11, 2, 11])
  request.writeUInt32BE(requestId, OFFSET.requestId)
  request.writeInt32BE(request.length - ENVELOPE_BYTES, OFFSET.messageLength)
  request.writeInt32BE(OPCODE.resolve, OFFSET.opcode)
  const flags = OP_FLAG.recursive | OP_FLAG.cacheCertify | OP_FLAG.publicOnly
  request.writeUInt32BE(flags, OFFSET.opFlags)
  request.writeUInt16BE(0xffff, OFFSET.siteSerial)
  request.writeUInt32BE(Math.floor(Date.now() / 1000) + VALID_SECONDS, OFFSET.expiration)
  request.writeInt32BE(bodyBytes, OFFSET.bodyLength)
  request.writeInt32BE(bytes.length, OFFSET.body)
  bytes.copy(request, OFFSET.body + 4)
  return request
}

/** Small deterministic generator, so that a run can be repeated. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
