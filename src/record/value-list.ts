import { ByteReader, ByteWriter } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX, REFERENCE_COUNT_MAX } from './limits.ts'
import type { ValueReference } from './value.ts'

/** Bytes of the smallest reference: an empty handle and an index. */
const smallestReferenceBytes = 8

/*
 * int4 count, then for each reference: string handle, int4 index.
 */

/** Encodes the data of an HS_VLIST value (§8.5 Other types). */
export function encodeValueList(references: readonly ValueReference[]): Buffer {
  const writer = new ByteWriter()
  writeReferences(writer, references)
  return writer.finish()
}

/** Decodes the data of an HS_VLIST value (§8.5 Other types). @throws BytesError */
export function decodeValueList(bytes: Buffer): ValueReference[] {
  const reader = new ByteReader(bytes)
  const references = readReferences(reader)
  reader.assertEnd()
  return references
}

/** Writes references as values and value lists hold them. */
export function writeReferences(
  writer: ByteWriter,
  references: readonly ValueReference[],
): void {
  writer.int32(references.length)
  for (const { handle, index } of references) writer.text(handle).int32(index)
}

/** Reads what `writeReferences` writes. @throws BytesError */
export function readReferences(reader: ByteReader): ValueReference[] {
  const count = reader.count(REFERENCE_COUNT_MAX, smallestReferenceBytes)
  const references: ValueReference[] = []
  for (let i = 0; i < count; i++) {
    references.push({ handle: reader.text(BLOCK_BYTES_MAX), index: reader.uint32() })
  }
  return references
}

/** Passes over what `readReferences` would take. @throws BytesError */
export function skipReferences(reader: ByteReader): void {
  const count = reader.count(REFERENCE_COUNT_MAX, smallestReferenceBytes)
  for (let i = 0; i < count; i++) {
    reader.skipText(BLOCK_BYTES_MAX)
    reader.skip(4)
  }
}
