import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  formatValue,
  parseValue,
  parseValues,
  ValueJsonError,
} from '../../src/record/value-json.ts'
import { createValue } from '../../src/record/value.ts'
import { decodeValue, encodeValue } from '../../src/wire/values.ts'
import { values } from '../wire/arbitraries.ts'
import { hex, loadVectors, plain } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

const viaText = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

t.test('what the peers write', async (t) => {
  const { handleValues, valuesJson, adminValueJson, adminRecords } = loadVectors('handle-9.3.1')
  const formatted =
    handleValues.map((vector: { hex: string }) => formatValue(decodeValue(hex(vector.hex))))
  t.equal(JSON.stringify(formatted), JSON.stringify(valuesJson), 'same members, same order')
  for (const [i, json] of valuesJson.entries()) {
    t.equal(encodeValue(parseValue(json)).toString('hex'), handleValues[i].hex)
  }
  t.equal(parseValue(adminValueJson).data.toString('hex'), adminRecords[2].hex)
})

t.test('permissions as the peers read them', async (t) => {
  for (const { text, permissions } of loadVectors('handle-9.3.1').permissionTexts) {
    const value = parseValue({ index: 1, type: 'URL', data: 'x', permissions: text })
    t.equal((plain(value) as { permissions: string }).permissions, permissions, text)
  }
  const json = { index: 1, type: 'URL', data: 'x', permissions: '0110' }
  t.equal(parseValue(json, { exactPermissions: true }).permissions, 0x06)
})

t.test('generated values come back', async (t) => {
  holds(t, 'every generated case', fc.property(values, (value) => {
    const again = parseValue(viaText(formatValue(value)), { exactPermissions: true })
    assert.deepStrictEqual(plain(again), plain(value))
  }))
})

t.test('every vector comes back', async (t) => {
  for (const file of ['handle-9.2', 'handle-9.3.1']) {
    for (const { hex: bytes } of loadVectors(file).handleValues) {
      const json = viaText(formatValue(decodeValue(hex(bytes))))
      t.equal(encodeValue(parseValue(json, { exactPermissions: true })).toString('hex'), bytes)
    }
  }
})

t.test('what is refused', async (t) => {
  const good = { index: 1, type: 'URL', data: 'x' }
  t.strictSame(parseValue(good), createValue(1, 'URL', 'x'))
  const wrong: unknown[] = [
    null, [], 1, 'x', {}, { ...good, index: -1 }, { ...good, index: 1.5 }, { ...good, index: 'x' },
    { ...good, index: 2 ** 32 }, { ...good, type: 1 }, { ...good, data: undefined },
    { ...good, data: 1 }, { ...good, data: { format: 'x', value: '' } },
    { ...good, data: { format: 'hex', value: 'abc' } },
    { ...good, data: { format: 'base64', value: '*' } }, { ...good, data: '\ud800' },
    { ...good, data: { format: 'admin', value: { handle: 'a', index: 1, permissions: 'x' } } },
    { ...good, data: { format: 'vlist', value: {} } }, { ...good, ttl: 1e12 }, { ...good,
      ttl: null },
    { ...good, ttl: 'soon' }, { ...good, timestamp: 5 }, { ...good,
      timestamp: '2026-13-01T00:00:00Z' },
    { ...good, permissions: 'rwr-' }, { ...good, references: [{}] },
  ]
  for (const json of wrong) t.throws(() => parseValue(json), ValueJsonError, JSON.stringify(json))
  t.throws(() => parseValues([{ ...good, index: 0 }]), /above 0/)
  t.throws(() => parseValues([good, good]), /twice/)
  t.throws(() => parseValues({ values: [] }), ValueJsonError)
  t.throws(() => parseValues(new Array(2049).fill(good)), /at most 2048/)
  t.throws(() => parseValues([good, { ...good, index: 'x' }]), /values\[1\]\.index/)
})
