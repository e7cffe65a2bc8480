import { type ByteReader, type ByteWriter, BytesError } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../../record/limits.ts'

/** A challenge, code 402. The request digest before it belongs to every answer. */
export interface ChallengeBody {
  readonly kind: 'challenge'
  readonly nonce: Buffer
}

/** The answer to a challenge, opcode 200. */
export interface ChallengeAnswerBody {
  readonly kind: 'challenge-answer'
  /** `HS_SECKEY` or `HS_PUBKEY`. */
  readonly authType: string
  readonly userHandle: string
  readonly userIndex: number
  /** A secret-key answer or a signature (`challenge-answer.ts`). */
  readonly answer: Buffer
}

/** A question whether an answer to a challenge is right, opcode 201. */
export interface VerifyChallengeBody {
  readonly kind: 'verify-challenge'
  readonly userHandle: string
  readonly userIndex: number
  readonly nonce: Buffer
  readonly requestDigest: Buffer
  readonly answer: Buffer
}

/** Whether it was right. */
export interface VerifiedBody {
  readonly kind: 'verified'
  readonly valid: boolean
}

/** Writes a challenge (§4 Bodies). */
export function encodeChallenge(writer: ByteWriter, body: ChallengeBody): void {
  writer.block(body.nonce)
}

/** Reads a challenge (§4 Bodies). @throws BytesError */
export function decodeChallenge(reader: ByteReader): ChallengeBody {
  return { kind: 'challenge', nonce: reader.block(BLOCK_BYTES_MAX) }
}

/** Writes the answer to a challenge (§4 Bodies). */
export function encodeChallengeAnswer(writer: ByteWriter, body: ChallengeAnswerBody): void {
  writer.text(body.authType).text(body.userHandle).int32(body.userIndex).block(body.answer)
}

/** Reads the answer to a challenge (§4 Bodies). @throws BytesError */
export function decodeChallengeAnswer(reader: ByteReader): ChallengeAnswerBody {
  return {
    kind: 'challenge-answer',
    authType: reader.text(BLOCK_BYTES_MAX),
    userHandle: reader.text(BLOCK_BYTES_MAX),
    userIndex: reader.uint32(),
    answer: reader.block(BLOCK_BYTES_MAX),
  }
}

/** Writes a question whether an answer is right (§4 Bodies). */
export function encodeVerifyChallenge(writer: ByteWriter, body: VerifyChallengeBody): void {
  writer.text(body.userHandle).int32(body.userIndex)
  writer.block(body.nonce).block(body.requestDigest).block(body.answer)
}

/** Reads a question whether an answer is right (§4 Bodies). @throws BytesError */
export function decodeVerifyChallenge(reader: ByteReader): VerifyChallengeBody {
  return {
    kind: 'verify-challenge',
    userHandle: reader.text(BLOCK_BYTES_MAX),
    userIndex: reader.uint32(),
    nonce: reader.block(BLOCK_BYTES_MAX),
    requestDigest: reader.block(BLOCK_BYTES_MAX),
    answer: reader.block(BLOCK_BYTES_MAX),
  }
}

/** Writes whether an answer was right (§4 Bodies). */
export function encodeVerified(writer: ByteWriter, body: VerifiedBody): void {
  writer.uint8(body.valid ? 1 : 0)
}

/** Reads whether an answer was right (§4 Bodies). @throws BytesError */
export function decodeVerified(reader: ByteReader): VerifiedBody {
  const byte = reader.uint8()
  if (byte > 1) throw new BytesError('neither true nor false')
  return { kind: 'verified', valid: byte === 1 }
}
