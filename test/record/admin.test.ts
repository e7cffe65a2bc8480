import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import {
  AdminPermission,
  decodeAdminRecord,
  encodeAdminRecord,
  formatAdminPermissions,
  parseAdminPermissions,
} from '../../src/record/admin.ts'
import { text, uint16, uint32 } from '../wire/arbitraries.ts'
import { hex, loadVectors, offByOne } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

/**
 * The vectors of 9.2 name their bits in the order of the manual, which puts read-value before
 * the three for administrators. The bits mean what `AdminPermission` says: the peers' server and
 * the JSON form agree on that, and only the names of 0080 to 0400 differ.
 */
const manualOrder = [
  'ADD_HANDLE', 'DELETE_HANDLE', 'ADD_DERIVED_PREFIX', 'DELETE_DERIVED_PREFIX', 'MODIFY_VALUE',
  'REMOVE_VALUE', 'ADD_VALUE', 'READ_VALUE', 'MODIFY_ADMIN', 'REMOVE_ADMIN', 'ADD_ADMIN',
  'LIST_HANDLES',
]

t.test('vectors', async (t) => {
  for (const { admin, hex: bytes } of loadVectors('handle-9.3.1').adminRecords) {
    t.strictSame(decodeAdminRecord(hex(bytes)), admin)
    t.equal(encodeAdminRecord(admin).toString('hex'), bytes)
    for (const other of offByOne(hex(bytes))) t.throws(() => decodeAdminRecord(other), BytesError)
  }
  for (const { admin, hex: bytes } of loadVectors('handle-9.2').adminRecords) {
    const names: string[] = admin.permissions
    const record = {
      handle: admin.adminHandle,
      index: admin.adminIndex >>> 0,
      permissions: names.reduce((sum, name) => sum | (1 << manualOrder.indexOf(name)), 0),
      legacyByteLength: false,
    }
    t.strictSame(decodeAdminRecord(hex(bytes)), record)
    t.equal(encodeAdminRecord(record).toString('hex'), bytes)
    for (const other of offByOne(hex(bytes))) t.throws(() => decodeAdminRecord(other), BytesError)
  }
})

t.test('generated records', async (t) => {
  const admins = fc.record(
    { handle: text, index: uint32, permissions: uint16, legacyByteLength: fc.boolean() },
    { noNullPrototype: true },
  )
  holds(t, 'every generated case', fc.property(admins, (admin) => {
    assert.deepStrictEqual(decodeAdminRecord(encodeAdminRecord(admin)), admin)
  }))
})

t.test('permissions as text', async (t) => {
  t.equal(AdminPermission.readValue, 0x0400)
  t.equal(formatAdminPermissions(0x07f3), '011111110011')
  t.equal(parseAdminPermissions('011111110011'), 0x07f3)
  t.equal(formatAdminPermissions(0), '000000000000')
  for (const wrong of ['', '2', '1'.repeat(17), 'rwr-']) {
    t.equal(parseAdminPermissions(wrong), undefined)
  }
})
