import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { stampValues } from '../../src/wire/selection.ts'
import { decodeValue, decodeValues, encodeValue, encodeValues } from '../../src/wire/values.ts'
import { values } from './arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('vectors', async (t) => {
  for (const file of ['handle-9.2', 'handle-9.3.1']) {
    for (const { value, hex: bytes } of loadVectors(file).handleValues) {
      const ttlType = value.ttlType === 1 ? 'absolute' : 'relative'
      const named = typeof value.ttlType === 'number' ? { ...value, ttlType } : value
      t.strictSame(plain(decodeValue(hex(bytes))), named)
      t.equal(encodeValue(decodeValue(hex(bytes))).toString('hex'), bytes)
      for (const other of offByOne(hex(bytes))) t.throws(() => decodeValue(other), BytesError)
    }
  }
})

t.test('generated values', async (t) => {
  holds(t, 'every generated case', fc.property(fc.array(values, { maxLength: 5 }), (list) => {
    const block = encodeValues(list)
    assert.deepStrictEqual(plain(decodeValues(block)), plain(list))
    for (const other of offByOne(block)) assert.throws(() => decodeValues(other), BytesError)
  }))
})

t.test('a time for those values that have none', async (t) => {
  holds(t, 'only their timestamps', fc.property(fc.array(values, { maxLength: 5 }), (list) => {
    const some = list.map((value, i) =>
      ({ ...value, timestamp: i % 2 === 0 ? 0 : value.timestamp }))
    const block = encodeValues(some)
    stampValues(block, 0xf0000000)
    assert.deepStrictEqual(block, encodeValues(some.map((value) =>
      ({ ...value, timestamp: value.timestamp === 0 ? 0xf0000000 : value.timestamp }))))
  }))
})

t.test('counts beyond the bytes', async (t) => {
  for (const count of ['7fffffff', 'ffffffff', '00000001', '00000801']) {
    t.throws(() => decodeValues(hex(count)), BytesError)
  }
})
