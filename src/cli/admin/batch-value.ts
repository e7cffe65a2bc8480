import { readFileSync } from 'node:fs'
import { AdminPermission, encodeAdminRecord } from '../../record/admin.ts'
import { ValueJsonError } from '../../record/json-fields.ts'
import { parseSite } from '../../record/site-json.ts'
import { encodeSite } from '../../record/site.ts'
import { encodeValueList } from '../../record/value-list.ts'
import { createValue, type HandleValue } from '../../record/value.ts'
import { parseReference, parseReferences, parseValueHead, ValueLineError } from './value-line.ts'

/** Permissions of batch files from left to right: bit 0 first (§8.2 HS_ADMIN). */
const permissionCount = Object.keys(AdminPermission).length

/**
 * Reads a value line of a batch file (§13): `index TYPE ttl perms UTF8 text`, or `FILE path`,
 * `ADMIN index:permissions:handle`, `LIST index:handle;…`.
 * @throws ValueLineError; what the system says of a file
 */
export function parseBatchValue(line: string): HandleValue {
  const { index, type, ttl, permissions, rest } = parseValueHead(line)
  const match = /^\s*(\S+)(?: (.*)|\s*)$/s.exec(rest)
  const kind = match?.[1]?.toUpperCase() ?? ''
  const data = parseData(kind, match?.[2] ?? '', type.toUpperCase())
  return createValue(index, type, data, { ttl, permissions })
}

/** Writes permissions as batch files have them: character i is bit i. */
export function formatBatchPermissions(permissions: number): string {
  return reverse(permissions.toString(2).padStart(permissionCount, '0'))
}

/** Reads what `formatBatchPermissions` writes; undefined when it is no such text. */
export function parseBatchPermissions(text: string): number | undefined {
  if (text.length !== permissionCount || !/^[01]+$/.test(text)) return undefined
  return Number.parseInt(reverse(text), 2)
}

function parseData(kind: string, text: string, type: string): Buffer {
  switch (kind) {
    case 'UTF8':
      return Buffer.from(text)
    case 'FILE':
      return parseFile(readFileSync(text.trim()), type)
    case 'ADMIN':
      return parseAdmin(text)
    case 'LIST':
      return encodeValueList(parseReferences(text))
    default:
      throw new ValueLineError(`"${kind}" is no kind of data; there are UTF8, FILE, ADMIN, LIST`)
  }
}

function parseAdmin(text: string): Buffer {
  const match = /^\s*(\d+):([01]+):(.+)$/s.exec(text)
  const permissions = parseBatchPermissions(match?.[2] ?? '')
  if (match === null || permissions === undefined) {
    throw new ValueLineError('ADMIN data is INDEX:PERMISSIONS:HANDLE with twelve digits 0 or 1')
  }
  const { handle, index } = parseReference(`${match[1] ?? ''}:${match[3] ?? ''}`)
  return encodeAdminRecord({ handle, index, permissions, legacyByteLength: false })
}

/** A site may be written in JSON; everything else is taken as it is. */
function parseFile(bytes: Buffer, type: string): Buffer {
  if (type !== 'HS_SITE' || bytes.toString('latin1').trimStart()[0] !== '{') return bytes
  try {
    return encodeSite(parseSite(JSON.parse(bytes.toString('utf8')), 'site'))
  } catch (error) {
    if (!(error instanceof ValueJsonError || error instanceof SyntaxError)) throw error
    const reason = error instanceof SyntaxError ? 'no JSON' : error.message
    throw new ValueLineError(`the file holds no site: ${reason}`)
  }
}

function reverse(digits: string): string {
  return Array.from(digits).reverse().join('')
}
