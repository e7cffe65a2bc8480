import { type DataJson, formatData, parseData, parseReferences } from './data-json.ts'
import { asArray, asInteger, asObject, asText, ValueJsonError } from './json-fields.ts'
import { TTL_SECONDS_DEFAULT, VALUE_COUNT_MAX } from './limits.ts'
import { type HandleValue, Permission, PERMISSIONS_DEFAULT, type ValueReference } from './value.ts'

export { ValueJsonError } from './json-fields.ts'

/** A value as the JSON API shows it, members in this order (§10.5 JSON values). */
export interface ValueJson {
  readonly index: number
  readonly type: string
  readonly data: DataJson
  /** Admin read, admin write, public read, public write; left out when it is 1110. */
  readonly permissions?: string
  /** Seconds, or a time in ISO form. */
  readonly ttl: number | string
  /** ISO form; left out when there is none. */
  readonly timestamp?: string
  /** Left out when there are none. */
  readonly references?: readonly ValueReference[]
}

export interface ParseOptions {
  /**
   * Read four-digit permissions as they stand. Without it the first digit is ignored and admin
   * read is always given, as the JSON API of the peers does.
   */
  readonly exactPermissions?: boolean
  /** The timestamp of values that give none, in seconds since 1970; else 0. */
  readonly timestampSeconds?: number
}

const int32Min = -0x80000000
const int32Max = 0x7fffffff
const uint32Max = 0xffffffff

/** The JSON form of a value. */
export function formatValue(value: HandleValue): ValueJson {
  const { index, type, permissions, references } = value
  return {
    index,
    type,
    data: formatData(type, value.data),
    ...(permissions === PERMISSIONS_DEFAULT ? {} : { permissions: formatPermissions(permissions) }),
    ttl: value.ttlType === 'absolute' ? formatTime(value.ttl) : value.ttl,
    ...(value.timestamp === 0 ? {} : { timestamp: formatTime(value.timestamp) }),
    ...(references.length === 0
      ? {}
      : { references: references.map(({ handle, index }) => ({ handle, index })) }),
  }
}

/**
 * Reads the JSON form of a value. The index may be 0 or anything above: who stores values checks.
 * @throws ValueJsonError
 */
export function parseValue(json: unknown, options?: ParseOptions, where = 'value'): HandleValue {
  const value = asObject(json, where)
  if (value['data'] === undefined) throw new ValueJsonError(`${where}.data is missing`)
  return {
    index: asInteger(value['index'], 0, uint32Max, `${where}.index`),
    type: asText(value['type'], `${where}.type`),
    data: parseData(value['data'], `${where}.data`),
    ...parseTtl(value['ttl'], `${where}.ttl`),
    permissions: parsePermissions(value['permissions'], `${where}.permissions`, options),
    timestamp: value['timestamp'] === undefined
      ? options?.timestampSeconds ?? 0
      : parseTime(value['timestamp'], `${where}.timestamp`),
    references: value['references'] === undefined
      ? []
      : parseReferences(value['references'], `${where}.references`),
  }
}

/**
 * Reads the values of a record: at most 2048, indexes above 0, none twice.
 * @throws ValueJsonError
 */
export function parseValues(json: unknown, options?: ParseOptions): HandleValue[] {
  const seen = new Set<number>()
  return asArray(json, VALUE_COUNT_MAX, 'values').map((one, i) => {
    const value = parseValue(one, options, `values[${i}]`)
    if (value.index === 0) throw new ValueJsonError(`values[${i}].index must be above 0`)
    if (seen.has(value.index)) {
      throw new ValueJsonError(`values[${i}].index: ${value.index} is there twice`)
    }
    seen.add(value.index)
    return value
  })
}

function formatPermissions(permissions: number): string {
  return permissions.toString(2).padStart(4, '0')
}

function parsePermissions(json: unknown, where: string, options?: ParseOptions): number {
  if (json === undefined) return PERMISSIONS_DEFAULT
  const text = asText(json, where)
  if (text === '*') return 0x0f
  if (!/^[01]{0,8}$/.test(text)) throw new ValueJsonError(`${where} must be digits 0 or 1`)
  if (options?.exactPermissions === true && text.length >= 4) return Number.parseInt(text, 2)
  if (text.length < 4) return PERMISSIONS_DEFAULT
  const bits = Number.parseInt(text.slice(-4), 2)
  return text.length === 4 ? bits | Permission.adminRead : bits
}

function parseTtl(json: unknown, where: string): Pick<HandleValue, 'ttlType' | 'ttl'> {
  if (json === undefined) return { ttlType: 'relative', ttl: TTL_SECONDS_DEFAULT }
  if (typeof json === 'string') return { ttlType: 'absolute', ttl: parseTime(json, where) }
  return { ttlType: 'relative', ttl: asInteger(json, int32Min, int32Max, where) }
}

function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** Seconds since 1970 from a time in ISO form. @throws ValueJsonError */
export function parseTime(json: unknown, where: string): number {
  const text = asText(json, where)
  const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Math.floor(Date.parse(text) / 1000)
    : Number.NaN
  if (!(seconds >= 0 && seconds <= uint32Max)) {
    throw new ValueJsonError(`${where} must be a time like 2026-01-31T00:00:00Z`)
  }
  return seconds
}
