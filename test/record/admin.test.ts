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

t.test('vectors', async (t) => {
  for (const { admin, hex: bytes } of loadVectors('handle-9.3.1').adminRecords) {
    t.strictSame(decodeAdminRecord(hex(bytes)), admin)
    t.equal(encodeAdminRecord(admin).toString('hex'), bytes)
    for (const other of offByOne(hex(bytes))) t.throws(() => decodeAdminRecord(other), BytesError)
  }
  const bits = new Map(Object.entries(AdminPermission))
  const camel = (name: string): string =>
    name.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase())
  for (const { admin, hex: bytes } of loadVectors('handle-9.2').adminRecords) {
    const names: string[] = admin.permissions
    const record = {
      handle: admin.adminHandle,
      index: admin.adminIndex >>> 0,
      permissions: names.reduce((sum, name) => sum | (bits.get(camel(name) as never) ?? 0), 0),
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
  fc.assert(fc.property(admins, (admin) => {
    t.strictSame(decodeAdminRecord(encodeAdminRecord(admin)), admin)
  }))
})

t.test('permissions as text', async (t) => {
  t.equal(formatAdminPermissions(0x07f3), '011111110011')
  t.equal(parseAdminPermissions('011111110011'), 0x07f3)
  t.equal(formatAdminPermissions(0), '000000000000')
  for (const wrong of ['', '2', '1'.repeat(17), 'rwr-']) t.equal(parseAdminPermissions(wrong), undefined)
})
