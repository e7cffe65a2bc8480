import {
  type Identifier,
  type IdentifierKey,
  keyOf,
  parseIdentifier,
} from '../identifier/identifier.ts'
import { parseJson } from '../lib/json.ts'
import { RECORD_BYTES_MAX } from '../record/limits.ts'
import type { HandleValue } from '../record/value.ts'
import { formatValue, parseValues, type ValueJson } from '../record/value-json.ts'
import type { StoredRecord } from '../store/store.ts'
import { stampValues } from '../wire/selection.ts'
import { decodeValues, encodeValues } from '../wire/values.ts'

/** One line of an import or export: a record in the JSON API's form. */
export interface RecordLine {
  readonly handle: Identifier
  readonly key: IdentifierKey
  readonly values: HandleValue[]
}

/** A record as it is stored, but for timestamps that the line does not give. */
export interface EncodedLine {
  readonly handle: Identifier
  readonly block: Buffer
  /** Whether a value's timestamp is missing, and 0 in the block. */
  readonly undated: boolean
}

/** A line that holds no record; the message says why. */
export class RecordLineError extends Error {
  override readonly name = 'RecordLineError'
}

/** Reads a line. Timestamps that it does not give are 0. @throws RecordLineError */
export function parseRecordLine(line: string): RecordLine {
  const json = parseLine(line)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new RecordLineError('a line must be an object with "handle" and "values"')
  }
  if (!('handle' in json) || typeof json.handle !== 'string') {
    throw new RecordLineError('"handle" is missing or no text')
  }
  const handle = parseIdentifier(json.handle)
  if (handle === undefined) {
    throw new RecordLineError(`"handle" is no identifier: ${shorten(json.handle)}`)
  }
  if (!('values' in json)) throw new RecordLineError('"values" is missing')
  return { handle, key: keyOf(handle), values: parseChecked(json.values) }
}

/** Writes a stored record as a line, without a line end; `parseRecordLine` reads it back. */
export function formatRecordLine(record: StoredRecord): string {
  const values: ValueJson[] = decodeValues(record.block).map(formatValue)
  return JSON.stringify({ handle: record.name, values })
}

/** Reads a line into what is stored of it. @throws RecordLineError */
export function encodeRecordLine(line: string): EncodedLine {
  const { handle, values } = parseRecordLine(line)
  const block = encodeValues(values)
  if (block.length > RECORD_BYTES_MAX) {
    throw new RecordLineError(`the record has ${block.length} bytes; ${RECORD_BYTES_MAX} may be`)
  }
  return { handle, block, undated: values.some(({ timestamp }) => timestamp === 0) }
}

/**
 * Gives values without a timestamp one. Such a value keeps what it has in the stored record as
 * long as nothing else of it changes, and takes `nowSeconds` when it is new or changed, so that
 * the same import twice changes nothing.
 * @param block may be written to
 * @param stored the block that is there now, if any
 */
export function dateBlock(block: Buffer, stored: Buffer | undefined, nowSeconds: number): Buffer {
  if (stored === undefined) {
    stampValues(block, nowSeconds)
    return block
  }
  const before = decodeValues(stored)
  return encodeValues(decodeValues(block).map((value) => withTimestamp(value, before, nowSeconds)))
}

function withTimestamp(
  value: HandleValue,
  stored: readonly HandleValue[],
  nowSeconds: number,
): HandleValue {
  if (value.timestamp !== 0) return value
  const same = stored.find((other) => other.index === value.index)
  if (same !== undefined) {
    const kept = { ...value, timestamp: same.timestamp }
    if (encodeValues([kept]).equals(encodeValues([same]))) return kept
  }
  return { ...value, timestamp: nowSeconds }
}

function parseLine(line: string): unknown {
  const json = parseJson(line)
  if (json === undefined) throw new RecordLineError(`no JSON: ${shorten(line)}`)
  return json
}

function parseChecked(json: unknown): HandleValue[] {
  try {
    return parseValues(json, { exactPermissions: true })
  } catch (error) {
    throw new RecordLineError(error instanceof Error ? error.message : String(error))
  }
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

