import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX, VALUE_COUNT_MAX } from '../record/limits.ts'
import type { HandleValue } from '../record/value.ts'
import { readReferences, skipReferences, writeReferences } from '../record/value-list.ts'

/*
 *   0 index (4)  4 timestamp (4)  8 TTL type (1)  9 TTL (4)  13 permissions (1)
 *  14 type · data · int4 n × (string handle, int4 index)
 */
const ttlTypes = ['relative', 'absolute'] as const
/** Bytes of the smallest value: no type, no data, no references. */
const smallestValueBytes = 26

/** Encodes one value (§8.1 Handle value). */
export function encodeValue(value: HandleValue): Buffer {
  const writer = new ByteWriter()
  writeValue(writer, value)
  return writer.finish()
}

/** Decodes one value; its data is a view on `bytes` (§8.1 Handle value). @throws BytesError */
export function decodeValue(bytes: Buffer): HandleValue {
  const reader = new ByteReader(bytes)
  const value = readValue(reader)
  reader.assertEnd()
  return value
}

/** Encodes values as messages and the store hold them: int4 count, then the values. */
export function encodeValues(values: readonly HandleValue[]): Buffer {
  // Just as large as usual values need: thousands of blocks are held at once in bulk.
  const bytes = values.reduce((sum, { type, data }) =>
    sum + smallestValueBytes + type.length + data.length, 4)
  const writer = new ByteWriter(bytes)
  writeValues(writer, values)
  return writer.finish()
}

/** Decodes what `encodeValues` writes; data are views on `block`. @throws BytesError */
export function decodeValues(block: Buffer): HandleValue[] {
  const reader = new ByteReader(block)
  const values = readValues(reader)
  reader.assertEnd()
  return values
}

/** Writes one value where other fields may follow. */
export function writeValue(writer: ByteWriter, value: HandleValue): void {
  writer.int32(value.index).int32(value.timestamp)
  writer.uint8(value.ttlType === 'absolute' ? 1 : 0).int32(value.ttl).uint8(value.permissions)
  writer.text(value.type).block(value.data)
  writeReferences(writer, value.references)
}

/**
 * Passes over a count and values that `readValues` would take, making nothing of them.
 * @throws BytesError where that would
 */
export function skipValues(reader: ByteReader): void {
  const count = reader.count(VALUE_COUNT_MAX, smallestValueBytes)
  for (let i = 0; i < count; i++) {
    reader.skip(8)
    if (reader.uint8() >= ttlTypes.length) throw new BytesError('unknown TTL type')
    reader.skip(5)
    reader.skipText(BLOCK_BYTES_MAX)
    reader.skipBlock(BLOCK_BYTES_MAX)
    skipReferences(reader)
  }
}

/** Reads one value where other fields may follow. @throws BytesError */
export function readValue(reader: ByteReader): HandleValue {
  const index = reader.uint32()
  const timestamp = reader.uint32()
  const ttlType = ttlTypes[reader.uint8()]
  if (ttlType === undefined) throw new BytesError('unknown TTL type')
  // An absolute TTL is a time, like the timestamp, and lasts beyond 2038; a span may be negative.
  const ttl = ttlType === 'absolute' ? reader.uint32() : reader.int32()
  const permissions = reader.uint8()
  const type = reader.text(BLOCK_BYTES_MAX)
  const data = reader.block(BLOCK_BYTES_MAX)
  const references = readReferences(reader)
  return { index, type, data, ttlType, ttl, permissions, timestamp, references }
}

/** Writes a count and values where other fields may follow. */
export function writeValues(writer: ByteWriter, values: readonly HandleValue[]): void {
  writer.int32(values.length)
  for (const value of values) writeValue(writer, value)
}

/** Reads a count and values where other fields may follow. @throws BytesError */
export function readValues(reader: ByteReader): HandleValue[] {
  const count = reader.count(VALUE_COUNT_MAX, smallestValueBytes)
  const values: HandleValue[] = []
  for (let i = 0; i < count; i++) values.push(readValue(reader))
  return values
}
