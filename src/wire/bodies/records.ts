import type { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX, VALUE_COUNT_MAX } from '../../record/limits.ts'
import type { HandleValue } from '../../record/value.ts'
import { HANDLE_COUNT_MAX } from '../limits.ts'
import { readValues, writeValues } from '../values.ts'
import { decodeInts, decodeTexts, encodeInts, encodeTexts } from './arrays.ts'

/**
 * A name and values: what to create, add or modify (100, 102, 104), and the answer of a
 * resolution (1).
 */
export interface RecordBody {
  readonly kind: 'record'
  readonly handle: string
  readonly values: readonly HandleValue[]
}

/** Which values to remove, opcode 103. */
export interface IndexesBody {
  readonly kind: 'indexes'
  readonly handle: string
  readonly indexes: readonly number[]
}

/** A part of a listing, opcodes 105 and 302. */
export interface HandlesBody {
  readonly kind: 'handles'
  readonly handles: readonly string[]
}

/** Writes a name and values (§4 Bodies). */
export function encodeRecord(writer: ByteWriter, body: RecordBody): void {
  writer.text(body.handle)
  writeValues(writer, body.values)
}

/** Reads a name and values (§4 Bodies). @throws BytesError */
export function decodeRecord(reader: ByteReader): RecordBody {
  return { kind: 'record', handle: reader.text(BLOCK_BYTES_MAX), values: readValues(reader) }
}

/** Writes a name and indexes (§4 Bodies). */
export function encodeIndexes(writer: ByteWriter, body: IndexesBody): void {
  writer.text(body.handle)
  encodeInts(writer, body.indexes)
}

/** Reads a name and indexes (§4 Bodies). @throws BytesError */
export function decodeIndexes(reader: ByteReader): IndexesBody {
  const handle = reader.text(BLOCK_BYTES_MAX)
  return { kind: 'indexes', handle, indexes: decodeInts(reader, VALUE_COUNT_MAX) }
}

/** Writes a part of a listing (§4 Bodies). */
export function encodeHandles(writer: ByteWriter, body: HandlesBody): void {
  encodeTexts(writer, body.handles)
}

/** Reads a part of a listing (§4 Bodies). @throws BytesError */
export function decodeHandles(reader: ByteReader): HandlesBody {
  return { kind: 'handles', handles: decodeTexts(reader, HANDLE_COUNT_MAX) }
}
