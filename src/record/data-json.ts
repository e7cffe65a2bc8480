import { BytesError, decodeUtf8 } from '../lib/bytes.ts'
import {
  type AdminRecord,
  decodeAdminRecord,
  encodeAdminRecord,
  formatAdminPermissions,
  parseAdminPermissions,
} from './admin.ts'
import {
  asArray,
  asBase64,
  asFlag,
  asInteger,
  asObject,
  asText,
  ValueJsonError,
} from './json-fields.ts'
import { type KeyJson, parseKey } from './key-json.ts'
import { REFERENCE_COUNT_MAX } from './limits.ts'
import { encodePublicKey } from './public-key.ts'
import { decodeSite, encodeSite } from './site.ts'
import { formatKeyBytes, formatSite, parseSite, type SiteJson } from './site-json.ts'
import type { ValueReference } from './value.ts'
import { decodeValueList, encodeValueList } from './value-list.ts'

/** The data of a value as the JSON API shows it (§10.5 JSON values). */
export type DataJson =
  | { readonly format: 'string' | 'base64'; readonly value: string }
  | { readonly format: 'admin'; readonly value: AdminJson }
  | { readonly format: 'vlist'; readonly value: readonly ValueReference[] }
  | { readonly format: 'site'; readonly value: SiteJson }
  | { readonly format: 'key'; readonly value: KeyJson }

export interface AdminJson {
  readonly handle: string
  readonly index: number
  /** Twelve digits, list-handles first. */
  readonly permissions: string
  readonly legacyByteLength?: true
}

const uint32Max = 0xffffffff
 
const BINARY_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** Picks the form that shows most and from which exactly the same bytes can be read again. */
export function formatData(type: string, data: Buffer): DataJson {
  return formatStructure(type.toUpperCase(), data) ?? formatPlain(data)
}

/** Reads a value's data: any of the forms, or a bare string. @throws ValueJsonError */
export function parseData(json: unknown, where: string): Buffer {
  if (typeof json === 'string') return Buffer.from(asText(json, where))
  const data = asObject(json, where)
  const format = asText(data['format'], `${where}.format`)
  const value = data['value']
  const at = `${where}.value`
  switch (format) {
    case 'string':
      return Buffer.from(asText(value, at))
    case 'base64':
      return asBase64(value, at)
    case 'hex':
      return parseHex(value, at)
    case 'admin':
      return encodeAdminRecord(parseAdmin(value, at))
    case 'vlist':
      return encodeValueList(parseReferences(value, at))
    case 'site':
      return encodeSite(parseSite(value, at))
    case 'key':
      return encodePublicKey(parseKey(value, at))
    default:
      throw new ValueJsonError(`${where}.format: unknown format ${JSON.stringify(format)}`)
  }
}

/** References of a value, and the entries of a value list. @throws ValueJsonError */
export function parseReferences(json: unknown, where: string): ValueReference[] {
  return asArray(json, REFERENCE_COUNT_MAX, where).map((reference, i) => {
    const at = `${where}[${i}]`
    const { handle, index } = asObject(reference, at)
    return {
      handle: asText(handle, `${at}.handle`),
      index: asInteger(index, 0, uint32Max, `${at}.index`),
    }
  })
}

function formatStructure(type: string, data: Buffer): DataJson | undefined {
  try {
    switch (type) {
      case 'HS_ADMIN': {
        const admin = decodeAdminRecord(data)
        return { format: 'admin', value: formatAdmin(admin) }
      }
      case 'HS_VLIST':
        return { format: 'vlist', value: decodeValueList(data) }
      case 'HS_SITE':
      case 'HS_SITE.6':
      case 'HS_SITE.PREFIX': {
        const site = decodeSite(data)
        return { format: 'site', value: formatSite(site) }
      }
      case 'HS_PUBKEY': {
        const value = formatKeyBytes(data)
        return value === undefined ? undefined : { format: 'key', value }
      }
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}

function formatPlain(data: Buffer): DataJson {
  const text = readableText(data)
  return text === undefined
    ? { format: 'base64', value: data.toString('base64') }
    : { format: 'string', value: text }
}

/** The text that the bytes are; undefined when they are not UTF-8 or hold control characters. */
function readableText(data: Buffer): string | undefined {
  try {
    const text = decodeUtf8(data)
    return BINARY_CHARACTERS.test(text) ? undefined : text
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}

function formatAdmin(admin: AdminRecord): AdminJson {
  const { handle, index } = admin
  const permissions = formatAdminPermissions(admin.permissions)
  return admin.legacyByteLength
    ? { handle, index, permissions, legacyByteLength: true }
    : { handle, index, permissions }
}

function parseAdmin(json: unknown, where: string): AdminRecord {
  const admin = asObject(json, where)
  const permissions = parseAdminPermissions(asText(admin['permissions'], `${where}.permissions`))
  if (permissions === undefined) {
    throw new ValueJsonError(`${where}.permissions must be twelve digits 0 or 1`)
  }
  return {
    handle: asText(admin['handle'], `${where}.handle`),
    index: asInteger(admin['index'], 0, uint32Max, `${where}.index`),
    permissions,
    legacyByteLength: asFlag(admin['legacyByteLength'], `${where}.legacyByteLength`),
  }
}

function parseHex(json: unknown, where: string): Buffer {
  const text = asText(json, where)
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new ValueJsonError(`${where} is not hexadecimal`)
  return Buffer.from(text, 'hex')
}
