import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodeValueList, encodeValueList } from '../../src/record/value-list.ts'
import { references } from '../wire/arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

t.test('vectors', async (t) => {
  for (const file of ['handle-9.2', 'handle-9.3.1']) {
    for (const { references, hex: bytes } of loadVectors(file).valueLists) {
      t.strictSame(decodeValueList(hex(bytes)), references)
      t.equal(encodeValueList(references).toString('hex'), bytes)
      for (const other of offByOne(hex(bytes))) t.throws(() => decodeValueList(other), BytesError)
    }
  }
})

t.test('generated lists', async (t) => {
  holds(t, 'every generated case', fc.property(references, (list) => {
    assert.deepStrictEqual(plain(decodeValueList(encodeValueList(list))), plain(list))
  }))
})

t.test('counts that the bytes cannot hold', async (t) => {
  for (const count of ['7fffffff', 'ffffffff', '00000001', '00008001']) {
    t.throws(() => decodeValueList(hex(count)), BytesError)
  }
})
