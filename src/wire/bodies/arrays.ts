import type { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../../record/limits.ts'

/** Writes an int array: int4 count, then the numbers (§1 Primitives). */
export function encodeInts(writer: ByteWriter, numbers: readonly number[]): void {
  writer.int32(numbers.length)
  for (const number of numbers) writer.int32(number)
}

/** Reads an int array, unsigned (§1 Primitives). @throws BytesError */
export function decodeInts(reader: ByteReader, countMax: number): number[] {
  const count = reader.count(countMax, 4)
  const numbers: number[] = []
  for (let i = 0; i < count; i++) numbers.push(reader.uint32())
  return numbers
}

/** Writes a string array: int4 count, then the strings (§1 Primitives). */
export function encodeTexts(writer: ByteWriter, texts: readonly string[]): void {
  writer.int32(texts.length)
  for (const text of texts) writer.text(text)
}

/** Reads a string array (§1 Primitives). @throws BytesError */
export function decodeTexts(reader: ByteReader, countMax: number): string[] {
  const count = reader.count(countMax, 4)
  const texts: string[] = []
  for (let i = 0; i < count; i++) texts.push(reader.text(BLOCK_BYTES_MAX))
  return texts
}
