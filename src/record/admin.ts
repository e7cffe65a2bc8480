import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from './limits.ts'

/** The data of an HS_ADMIN value: who may do what with the record. */
export interface AdminRecord {
  readonly handle: string
  /** Index of the value that holds the administrator's key; 0 means any. Unsigned 32 bits. */
  readonly index: number
  /** Bits of `AdminPermission`. */
  readonly permissions: number
  /** Whether two zero bytes follow, as software up to 7.3 wrote them; kept so that bytes last. */
  readonly legacyByteLength: boolean
}

/** What an administrator may do (§8.2 HS_ADMIN). */
export const AdminPermission = {
  addHandle: 0x0001,
  deleteHandle: 0x0002,
  addDerivedPrefix: 0x0004,
  deleteDerivedPrefix: 0x0008,
  modifyValue: 0x0010,
  removeValue: 0x0020,
  addValue: 0x0040,
  modifyAdmin: 0x0080,
  removeAdmin: 0x0100,
  addAdmin: 0x0200,
  readValue: 0x0400,
  listHandles: 0x0800,
} as const

const permissionCount = Object.keys(AdminPermission).length

/*
 *   0              2        6               6+n      10+n         12+n
 *   | permissions  | n      | admin handle  | index  | [0 0]      |
 */

/** Encodes the data of an HS_ADMIN value (§8.2 HS_ADMIN). */
export function encodeAdminRecord(admin: AdminRecord): Buffer {
  const writer = new ByteWriter(64)
  writer.uint16(admin.permissions).text(admin.handle).int32(admin.index)
  if (admin.legacyByteLength) writer.uint16(0)
  return writer.finish()
}

/** Decodes the data of an HS_ADMIN value (§8.2 HS_ADMIN). @throws BytesError */
export function decodeAdminRecord(bytes: Buffer): AdminRecord {
  const reader = new ByteReader(bytes)
  const permissions = reader.uint16()
  const handle = reader.text(BLOCK_BYTES_MAX)
  const index = reader.uint32()
  const legacyByteLength = reader.remaining === 2
  if (legacyByteLength && reader.uint16() !== 0) throw new BytesError('spare bytes are not zero')
  reader.assertEnd()
  return { handle, index, permissions, legacyByteLength }
}

/**
 * Administrator permissions as text: twelve digits, the highest bit (list handles) first, which
 * is the order of the JSON form. Longer when bits without a meaning are set.
 */
export function formatAdminPermissions(permissions: number): string {
  return permissions.toString(2).padStart(permissionCount, '0')
}

/** Reads what `formatAdminPermissions` writes; undefined when it is no such text. */
export function parseAdminPermissions(text: string): number | undefined {
  return /^[01]{1,16}$/.test(text) ? Number.parseInt(text, 2) : undefined
}
