import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ByteReader, BytesError, ByteWriter, decodeUtf8 } from '../../src/lib/bytes.ts'
import { holds } from '../support/property.ts'

t.test('what is written is read back', async (t) => {
  holds(t, 'every generated case', 
    fc.property(
      fc.nat(255), fc.nat(65_535), fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array({ maxLength: 600 }), fc.string({ unit: 'grapheme' }),
      (a, b, c, d, e, f) => {
        const writer = new ByteWriter(1)
        writer.uint8(a).uint16(b).int32(c).int64(d).block(e).text(f)
        const reader = new ByteReader(writer.finish())
        assert.deepStrictEqual(
          [reader.uint8(), reader.uint16(), reader.int32(), reader.int64()], [a, b, c, d],
        )
        assert.ok(reader.block(1000).equals(e))
        assert.strictEqual(reader.text(10_000), f)
        reader.assertEnd()
      },
    ),
    { numRuns: 200 },
  )
})

t.test('a reader never passes its end', async (t) => {
  const bytes = Buffer.from('00000010ffff', 'hex')
  t.throws(() => new ByteReader(bytes).block(100), BytesError)
  t.throws(() => new ByteReader(Buffer.from('ffffffff', 'hex')).block(100), BytesError)
  t.throws(() => new ByteReader(Buffer.from('0000000261', 'hex')).text(1), BytesError)
  t.throws(() => new ByteReader(bytes, 0, 3).int32(), BytesError)
  t.throws(() => new ByteReader(bytes).raw(-1), BytesError)
  const reader = new ByteReader(bytes)
  reader.int32()
  t.equal(reader.remaining, 2)
  t.throws(() => { reader.assertEnd() }, BytesError)
})

t.test('text must be UTF-8', async (t) => {
  t.throws(() => decodeUtf8(Buffer.from('c328', 'hex')), BytesError)
  t.equal(decodeUtf8(Buffer.from('efbbbf61', 'hex')), '\ufeffa', 'a mark is kept as it is')
})

t.test('a length can be patched in later', async (t) => {
  const writer = new ByteWriter().int32(0).text('ab')
  writer.patchInt32(0, writer.length)
  t.equal(writer.finish().toString('hex'), '0000000a000000026162')
})
