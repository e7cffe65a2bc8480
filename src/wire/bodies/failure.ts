import type { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX, VALUE_COUNT_MAX } from '../../record/limits.ts'
import type { HandleValue } from '../../record/value.ts'
import { readValues, writeValues } from '../values.ts'
import { decodeInts, encodeInts } from './arrays.ts'

/** The answer of any code that has no layout of its own. */
export interface ErrorBody {
  readonly kind: 'error'
  /** May be empty. */
  readonly message: string
  /** The values that the error is about, as DO-IRP 3.0 may append them; null for none. */
  readonly indexes: readonly number[] | null
}

/** Where else to ask, codes 302 and 303. */
export interface ReferralBody {
  readonly kind: 'referral'
  /** The service or prefix to look up; empty when the values say where to go. */
  readonly handle: string
  /** Null when the body ends after the name. */
  readonly values: readonly HandleValue[] | null
}

/** Writes an error (§4 Bodies). */
export function encodeError(writer: ByteWriter, body: ErrorBody): void {
  writer.text(body.message)
  if (body.indexes !== null) encodeInts(writer, body.indexes)
}

/** Reads an error (§4 Bodies). @throws BytesError */
export function decodeError(reader: ByteReader): ErrorBody {
  const message = reader.text(BLOCK_BYTES_MAX)
  const indexes = reader.remaining === 0 ? null : decodeInts(reader, VALUE_COUNT_MAX)
  return { kind: 'error', message, indexes }
}

/** Writes a referral (§4 Bodies). */
export function encodeReferral(writer: ByteWriter, body: ReferralBody): void {
  writer.text(body.handle)
  if (body.values !== null) writeValues(writer, body.values)
}

/** Reads a referral (§4 Bodies). @throws BytesError */
export function decodeReferral(reader: ByteReader): ReferralBody {
  const handle = reader.text(BLOCK_BYTES_MAX)
  return { kind: 'referral', handle, values: reader.remaining === 0 ? null : readValues(reader) }
}
