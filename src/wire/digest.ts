import { type ByteReader, type ByteWriter, BytesError } from '../lib/bytes.ts'
import { hashBytes, hashText } from '../lib/mac.ts'
import { versionOf, type WireVersion } from './version.ts'

/** What proves which request an answer belongs to: a hash of its header and body. */
export interface RequestDigest {
  readonly algorithm: DigestAlgorithm
  readonly bytes: Buffer
}

/** `md5-old` is MD5 as versions before 2.1 write it, with a length and no algorithm byte. */
export type DigestAlgorithm = 'md5-old' | 'md5' | 'sha1' | 'sha256'

/*
 *   byte 1, 2 or 3, then 16, 20 or 32 bytes; or byte 0, then int4 16 and 16 bytes
 */
const algorithms: readonly DigestAlgorithm[] = ['md5-old', 'md5', 'sha1', 'sha256']
const digestBytes = { 'md5-old': 16, md5: 16, sha1: 20, sha256: 32 } as const
const hashNames = { 'md5-old': 'md5', md5: 'md5', sha1: 'sha1', sha256: 'sha256' } as const

/** The algorithm that an answer of a version uses (§2.4 Request digest). */
export function digestAlgorithmOf(version: WireVersion): DigestAlgorithm {
  if (version >= versionOf(2, 7)) return 'sha256'
  return version >= versionOf(2, 1) ? 'sha1' : 'md5-old'
}

/** @param headerAndBody of the request, without envelope and credential (§2.4 Request digest) */
export function digestRequest(algorithm: DigestAlgorithm, headerAndBody: Buffer): RequestDigest {
  return { algorithm, bytes: hashBytes(hashNames[algorithm], headerAndBody) }
}

/** Whether a digest is that of a request (§2.4 Request digest). */
export function isDigestOf(digest: RequestDigest, headerAndBody: Buffer): boolean {
  return hashText(hashNames[digest.algorithm], headerAndBody) === digest.bytes.toString('latin1')
}

/** Writes a digest at the start of a body (§2.4 Request digest). */
export function encodeDigest(writer: ByteWriter, digest: RequestDigest): void {
  writer.uint8(algorithms.indexOf(digest.algorithm))
  if (digest.algorithm === 'md5-old') writer.block(digest.bytes)
  else writer.raw(digest.bytes)
}

/** Reads a digest at the start of a body (§2.4 Request digest). @throws BytesError */
export function decodeDigest(reader: ByteReader): RequestDigest {
  const algorithm = algorithms[reader.uint8()]
  if (algorithm === undefined) throw new BytesError('unknown digest algorithm')
  const length = digestBytes[algorithm]
  if (algorithm !== 'md5-old') return { algorithm, bytes: reader.raw(length) }
  if (reader.int32() !== length) throw new BytesError('wrong digest length')
  return { algorithm, bytes: reader.raw(length) }
}
