import { timingSafeEqual, verify } from 'node:crypto'
import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import type { MacKey } from '../lib/mac.ts'
import { BLOCK_BYTES_MAX } from '../record/limits.ts'
import { createKeyObject } from '../record/public-key-der.ts'
import type { PublicKey } from '../record/public-key.ts'
import type { Envelope } from './envelope.ts'
import { versionOf } from './version.ts'

/** What proves who sent a message: a signature, or a code made with a session's key. */
export interface Credential {
  /** 0. */
  readonly version: number
  /** 0; two bytes. */
  readonly options: number
  readonly signerHandle: string
  /** Counts the messages of a session; 0 outside one. */
  readonly sessionCounter: number
  /** `HS_MAC` or `HS_SIGNED`. */
  readonly type: string
  /** Such as `HMAC-SHA256`, `SHA-256`, `SHA1`. */
  readonly hashAlgorithm: string
  readonly signature: Buffer
}

export const sessionMacType = 'HS_MAC'
export const signedType = 'HS_SIGNED'
const macAlgorithm = 'HMAC-SHA256'

/*
 *   0 version  1 reserved  2 options (2) · string signer handle · int4 session counter
 *   string type · int4 length of the rest · string hash algorithm · bytes signature or MAC
 */

/** Encodes a credential without the length before it (§5.4 Credential). */
export function encodeCredential(credential: Credential): Buffer {
  const writer = new ByteWriter()
  writer.uint8(credential.version).uint8(0).uint16(credential.options)
  writer.text(credential.signerHandle).int32(credential.sessionCounter).text(credential.type)
  writer.int32(8 + Buffer.byteLength(credential.hashAlgorithm) + credential.signature.length)
  writer.text(credential.hashAlgorithm).block(credential.signature)
  return writer.finish()
}

/** Decodes a credential without the length before it (§5.4 Credential). @throws BytesError */
export function decodeCredential(bytes: Buffer): Credential {
  const reader = new ByteReader(bytes)
  const version = reader.uint8()
  if (reader.uint8() !== 0) throw new BytesError('reserved byte of a credential is not zero')
  const options = reader.uint16()
  const signerHandle = reader.text(BLOCK_BYTES_MAX)
  const sessionCounter = reader.uint32()
  const type = reader.text(BLOCK_BYTES_MAX)
  if (reader.int32() !== reader.remaining) throw new BytesError('wrong credential length')
  const hashAlgorithm = reader.text(BLOCK_BYTES_MAX)
  const signature = reader.block(BLOCK_BYTES_MAX)
  reader.assertEnd()
  return { version, options, signerHandle, sessionCounter, type, hashAlgorithm, signature }
}

/** The envelope fields that a signature covers. */
export type SignedEnvelope = Pick<
  Envelope,
  'major' | 'minor' | 'suggestedMajor' | 'suggestedMinor' | 'sessionId' | 'requestId'
>

/**
 * The bytes that a signature or MAC covers (§5.4 Credential). The suggested major version counts
 * as a plain number, without the flags that share its byte.
 * @returns undefined for versions 2.5 and 2.6, which signed differently and have died out
 */
export function signedInput(
  envelope: SignedEnvelope,
  sessionCounter: number,
  headerAndBody: Buffer,
): Buffer | undefined {
  const version = versionOf(envelope.major, envelope.minor)
  if (version < versionOf(2, 5)) return headerAndBody
  if (version < versionOf(2, 7)) return undefined
  const writer = new ByteWriter(16 + headerAndBody.length)
  writer.uint8(envelope.major).uint8(envelope.minor)
  if (version >= versionOf(2, 8)) {
    writer.uint8(envelope.suggestedMajor).uint8(envelope.suggestedMinor)
  }
  writer.int32(envelope.sessionId).int32(envelope.requestId).int32(sessionCounter)
  return writer.raw(headerAndBody).finish()
}

/** The credential of a message inside a session, versions 2.7 and later (§5.4 Credential). */
export function createSessionCredential(
  key: MacKey,
  envelope: SignedEnvelope,
  sessionCounter: number,
  headerAndBody: Buffer,
): Credential {
  const input = signedInput(envelope, sessionCounter, headerAndBody)
  if (input === undefined) throw new RangeError('this version has no session credentials')
  return {
    version: 0, options: 0, signerHandle: '', sessionCounter,
    type: sessionMacType,
    hashAlgorithm: macAlgorithm,
    signature: key.sign(input),
  }
}

/** Whether a message inside a session was made with its key (§5.4 Credential). */
export function isSessionCredentialValid(
  credential: Credential,
  key: MacKey,
  envelope: SignedEnvelope,
  headerAndBody: Buffer,
): boolean {
  if (credential.type !== sessionMacType || credential.hashAlgorithm !== macAlgorithm) return false
  const input = signedInput(envelope, credential.sessionCounter, headerAndBody)
  if (input === undefined) return false
  const expected = key.sign(input)
  return (
    credential.signature.length === expected.length &&
    timingSafeEqual(credential.signature, expected)
  )
}

/**
 * Whether a signature over a message was made with a key (§5.4 Credential).
 * @param hashes the hashes that are taken, by the names that peers write in credentials
 */
export function isSignatureCredentialValid(
  credential: Credential,
  publicKey: PublicKey,
  hashes: Readonly<Record<string, string>>,
  envelope: SignedEnvelope,
  headerAndBody: Buffer,
): boolean {
  if (credential.type !== signedType) return false
  const hash = hashes[credential.hashAlgorithm]
  const key = createKeyObject(publicKey)
  const input = signedInput(envelope, credential.sessionCounter, headerAndBody)
  return hash !== undefined && key !== undefined && input !== undefined
    && verify(hash, input, key, credential.signature)
}
