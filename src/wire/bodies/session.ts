import { type ByteReader, type ByteWriter, BytesError } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../../record/limits.ts'

/** A wish to open a session, opcode 400. */
export interface SessionSetupBody {
  readonly kind: 'session-setup'
  readonly timeoutSeconds: number
  /** Who wishes; empty for nobody in particular. */
  readonly identityHandle: string
  /** ffffffff for nobody in particular. */
  readonly identityIndex: number
  readonly key: SessionKeySource
  /** Whether two zero bytes follow, as all known peers write them. */
  readonly spareBytes: boolean
}

/** How the two sides come to a common key. */
export type SessionKeySource =
  | { readonly mode: 'client-rsa' | 'diffie-hellman'; readonly publicKey: Buffer }
  | { readonly mode: 'server-rsa' }
  | { readonly mode: 'key-in-handle'; readonly handle: string; readonly index: number }
  /** A mode of which nothing is known but its number: to be answered with code 501. */
  | { readonly mode: 'unknown'; readonly number: number; readonly rest: Buffer }

/** The answer to that wish. */
export interface SessionOfferBody {
  readonly kind: 'session-offer'
  readonly mode: number
  /** In mode 4, a `DiffieHellmanOffer` (`session-offer.ts`). */
  readonly data: Buffer
  readonly spareBytes: boolean
}

/** A key for the session, opcode 402. */
export interface KeyExchangeBody {
  readonly kind: 'key-exchange'
  readonly encryptedKey: Buffer
}

const modes = { 'client-rsa': 1, 'server-rsa': 2, 'key-in-handle': 3, 'diffie-hellman': 4 } as const

/*
 *   0 mode (2)  2 timeout (4) · string identity handle · int4 identity index
 *   mode 1, 4: bytes public key · 2: nothing · 3: string handle, int4 index
 *   two zero bytes: peers count the two-byte mode as four
 */

/** Writes a wish to open a session (§5.5 Sessions). */
export function encodeSessionSetup(writer: ByteWriter, body: SessionSetupBody): void {
  const { key } = body
  writer.uint16(key.mode === 'unknown' ? key.number : modes[key.mode])
  writer.int32(body.timeoutSeconds).text(body.identityHandle).int32(body.identityIndex)
  if (key.mode === 'key-in-handle') writer.text(key.handle).int32(key.index)
  else if (key.mode === 'unknown') writer.raw(key.rest)
  else if (key.mode !== 'server-rsa') writer.block(key.publicKey)
  if (body.spareBytes) writer.uint16(0)
}

/** Reads a wish to open a session (§5.5 Sessions). @throws BytesError */
export function decodeSessionSetup(reader: ByteReader): SessionSetupBody {
  const mode = reader.uint16()
  const timeoutSeconds = reader.uint32()
  const identityHandle = reader.text(BLOCK_BYTES_MAX)
  const identityIndex = reader.uint32()
  const key = decodeKeySource(reader, mode)
  const spareBytes = readSpareBytes(reader)
  return {
    kind: 'session-setup', timeoutSeconds, identityHandle, identityIndex, key, spareBytes,
  }
}

function decodeKeySource(reader: ByteReader, mode: number): SessionKeySource {
  switch (mode) {
    case modes['client-rsa']:
      return { mode: 'client-rsa', publicKey: reader.block(BLOCK_BYTES_MAX) }
    case modes['server-rsa']:
      return { mode: 'server-rsa' }
    case modes['key-in-handle']:
      return {
        mode: 'key-in-handle', handle: reader.text(BLOCK_BYTES_MAX), index: reader.uint32(),
      }
    case modes['diffie-hellman']:
      return { mode: 'diffie-hellman', publicKey: reader.block(BLOCK_BYTES_MAX) }
    default:
      return { mode: 'unknown', number: mode, rest: reader.raw(reader.remaining) }
  }
}

/** Writes the answer to a session's setup (§5.5 Sessions). */
export function encodeSessionOffer(writer: ByteWriter, body: SessionOfferBody): void {
  writer.uint16(body.mode).block(body.data)
  if (body.spareBytes) writer.uint16(0)
}

/** Reads the answer to a session's setup (§5.5 Sessions). @throws BytesError */
export function decodeSessionOffer(reader: ByteReader): SessionOfferBody {
  const mode = reader.uint16()
  const data = reader.block(BLOCK_BYTES_MAX)
  return { kind: 'session-offer', mode, data, spareBytes: readSpareBytes(reader) }
}

/** Writes a key for the session (§4 Bodies). */
export function encodeKeyExchange(writer: ByteWriter, body: KeyExchangeBody): void {
  writer.block(body.encryptedKey)
}

/** Reads a key for the session (§4 Bodies). @throws BytesError */
export function decodeKeyExchange(reader: ByteReader): KeyExchangeBody {
  return { kind: 'key-exchange', encryptedKey: reader.block(BLOCK_BYTES_MAX) }
}

function readSpareBytes(reader: ByteReader): boolean {
  if (reader.remaining === 0) return false
  if (reader.uint16() !== 0) throw new BytesError('spare bytes are not zero')
  return true
}
