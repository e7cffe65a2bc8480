import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodeHeader, encodeHeader } from '../../src/wire/header.ts'
import { uint16, uint32, uint8 } from './arbitraries.ts'
import { offByOne } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('generated headers', async (t) => {
  const headers = fc.record({
    opcode: uint32, responseCode: uint32, opFlags: uint32, siteSerial: uint16,
    recursionCount: uint8, expiration: uint32, bodyLength: fc.integer({ min: 0, max: 0x7fffffff }),
  }, { noNullPrototype: true })
  holds(t, 'every generated case', fc.property(headers, (header) => {
    const bytes = encodeHeader(header)
    assert.strictEqual(bytes.length, 24)
    assert.deepStrictEqual(decodeHeader(bytes), header)
    for (const other of offByOne(bytes)) assert.throws(() => decodeHeader(other), BytesError)
  }))
})
