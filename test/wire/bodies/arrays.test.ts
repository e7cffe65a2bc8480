import fc from 'fast-check'
import t from 'tap'
import { ByteReader, BytesError, ByteWriter } from '../../../src/lib/bytes.ts'
import {
  decodeInts,
  decodeTexts,
  encodeInts,
  encodeTexts,
} from '../../../src/wire/bodies/arrays.ts'
import { text, uint32 } from '../arbitraries.ts'
import { hex } from '../vectors.ts'

t.test('generated arrays', async (t) => {
  fc.assert(fc.property(fc.array(uint32), fc.array(text), (numbers, texts) => {
    const writer = new ByteWriter()
    encodeInts(writer, numbers)
    encodeTexts(writer, texts)
    const reader = new ByteReader(writer.finish())
    t.strictSame(decodeInts(reader, 1000), numbers)
    t.strictSame(decodeTexts(reader, 1000), texts)
    reader.assertEnd()
  }))
})

t.test('counts beyond the bytes or the limit', async (t) => {
  for (const bytes of [
    '7fffffff', 'ffffffff', '00000001', '0000000200000000', '00000003' + '00'.repeat(12),
  ]) {
    t.throws(() => decodeInts(new ByteReader(hex(bytes)), 2), BytesError)
    t.throws(() => decodeTexts(new ByteReader(hex(bytes)), 2), BytesError)
  }
})
