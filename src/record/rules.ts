import type { Command, CommandRefusal } from './command.ts'
import { INDEX_MAX, RECORD_BYTES_MAX, VALUE_COUNT_MAX } from './limits.ts'
import { type HandleValue, Permission } from './value.ts'

/** The commands that concern one record. */
export type RecordCommand = Extract<
  Command, { kind: 'create' | 'delete' | 'add' | 'modify' | 'remove' }
>

/** What the rules say of a command. */
export type Verdict =
  /** These are the record's values from now on; `created` as in a command's result. */
  | { readonly kind: 'put'; readonly values: readonly HandleValue[]; readonly created: boolean }
  | { readonly kind: 'delete' }
  | Refused

export interface Refused {
  readonly kind: 'refused'
  readonly reason: CommandRefusal
  readonly message: string
  readonly indexes: readonly number[]
}

/** A refusal, with the indexes of the values that it is about. */
export function refuse(
  reason: CommandRefusal, message: string, indexes: readonly number[] = [],
): Refused {
  return { kind: 'refused', reason, message, indexes }
}

/**
 * What a command makes of a record, whoever asks (§9.4 Write rules): every check that can fail
 * for any client, in the protocol's order. Who may is another matter (`rights.ts`).
 * @param current the record's values now, or undefined when there is no record
 * @param nowSeconds the timestamp of what is new or changed
 */
export function apply(
  current: readonly HandleValue[] | undefined,
  command: RecordCommand,
  nowSeconds: number,
): Verdict {
  if (command.kind === 'create') return create(current, command, nowSeconds)
  if (current === undefined) return refuse('handle-not-found', 'There is no such identifier')
  switch (command.kind) {
    case 'delete':
      return { kind: 'delete' }
    case 'add':
      return add(current, command.values, command.overwrite, nowSeconds)
    case 'modify':
      return modify(current, command.values, nowSeconds)
    case 'remove':
      return remove(current, command.indexes)
  }
}

function create(
  current: readonly HandleValue[] | undefined,
  command: Extract<RecordCommand, { kind: 'create' }>,
  nowSeconds: number,
): Verdict {
  const refusal =
    checkIndexes(command.values) ??
    checkDistinct(command.values, 'value-exists') ??
    (current === undefined || command.overwrite
      ? undefined
      : refuse('handle-exists', 'The identifier exists already'))
  if (refusal !== undefined) return refusal
  const before = new Map((current ?? []).map((value) => [value.index, value]))
  const values = command.values.map((value) =>
    stamped(value, before.get(value.index), nowSeconds))
  return put(values, current === undefined)
}

function add(
  current: readonly HandleValue[],
  added: readonly HandleValue[],
  overwrite: boolean,
  nowSeconds: number,
): Verdict {
  const byIndex = new Map(current.map((value) => [value.index, value]))
  const taken = added.filter(({ index }) => byIndex.has(index))
  const refusal =
    checkIndexes(added) ??
    checkDistinct(added, 'value-exists') ??
    (taken.length === 0 || overwrite
      ? undefined
      : refuse('value-exists', 'There is a value with that index', indexesOf(taken))) ??
    checkWritable(current, indexesOf(taken))
  if (refusal !== undefined) return refusal
  for (const value of added) {
    byIndex.set(value.index, stamped(value, byIndex.get(value.index), nowSeconds))
  }
  return put([...byIndex.values()], taken.length < added.length)
}

function modify(
  current: readonly HandleValue[], modified: readonly HandleValue[], nowSeconds: number,
): Verdict {
  const refusal =
    checkIndexes(modified) ??
    checkDistinct(modified, 'invalid-value') ??
    checkPresent(current, indexesOf(modified)) ??
    checkWritable(current, indexesOf(modified))
  if (refusal !== undefined) return refusal
  const byIndex = new Map(current.map((value) => [value.index, value]))
  for (const value of modified) byIndex.set(value.index, { ...value, timestamp: nowSeconds })
  return put([...byIndex.values()], false)
}

/** All or nothing: one index that is not there, and nothing is removed. */
function remove(current: readonly HandleValue[], indexes: readonly number[]): Verdict {
  const refusal = checkPresent(current, indexes) ?? checkWritable(current, indexes)
  if (refusal !== undefined) return refusal
  return put(current.filter(({ index }) => !indexes.includes(index)), false)
}

function put(values: readonly HandleValue[], created: boolean): Verdict {
  const bytes = values.reduce((sum, value) => sum + bytesOf(value), 4)
  if (values.length > VALUE_COUNT_MAX || bytes > RECORD_BYTES_MAX) {
    const message = `A record has at most ${VALUE_COUNT_MAX} values and ${RECORD_BYTES_MAX} bytes`
    return refuse('invalid-value', message)
  }
  return { kind: 'put', values, created }
}

function checkIndexes(values: readonly HandleValue[]): Refused | undefined {
  // Peers count in 31 bits and see the upper half as negative.
  const bad = values.filter(({ index }) => index < 1 || index > INDEX_MAX)
  if (bad.length === 0) return undefined
  return refuse('invalid-value', 'Value indexes must be positive', indexesOf(bad))
}

function checkDistinct(
  values: readonly HandleValue[], reason: CommandRefusal,
): Refused | undefined {
  const seen = new Set<number>()
  const twice = values.filter(({ index }) => seen.size === seen.add(index).size)
  if (twice.length === 0) return undefined
  return refuse(reason, 'Two values have the same index', indexesOf(twice))
}

function checkPresent(
  current: readonly HandleValue[], indexes: readonly number[],
): Refused | undefined {
  const present = new Set(indexesOf(current))
  const missing = indexes.filter((index) => !present.has(index))
  if (missing.length === 0 && indexes.length > 0) return undefined
  return refuse('values-not-found', 'There is no value with that index', missing)
}

/** A value without admin-write is changed by nobody, whoever asks. */
function checkWritable(
  current: readonly HandleValue[], indexes: readonly number[],
): Refused | undefined {
  const touched = new Set(indexes)
  const closed = current.filter(({ index, permissions }) =>
    touched.has(index) && (permissions & Permission.adminWrite) === 0)
  if (closed.length === 0) return undefined
  const message = 'Nobody may change a value without admin-write'
  return refuse('insufficient-permissions', message, indexesOf(closed))
}

/** A value with its timestamp: the one it had when nothing else of it changes, else now. */
function stamped(
  value: HandleValue, before: HandleValue | undefined, nowSeconds: number,
): HandleValue {
  const kept = before !== undefined && isSameValue(value, before)
  return { ...value, timestamp: kept ? before.timestamp : nowSeconds }
}

/** Whether two values differ in nothing but their timestamps. */
export function isSameValue(one: HandleValue, other: HandleValue): boolean {
  return (
    one.index === other.index && one.type === other.type && one.data.equals(other.data) &&
    one.ttlType === other.ttlType && one.ttl === other.ttl &&
    one.permissions === other.permissions &&
    one.references.length === other.references.length &&
    one.references.every(({ handle, index }, i) =>
      other.references[i]?.handle === handle && other.references[i].index === index)
  )
}

/** Bytes of a value's encoding (§8.1 Handle value). */
function bytesOf({ type, data, references }: HandleValue): number {
  const referenceBytes = references.reduce(
    (sum, { handle }) => sum + 8 + Buffer.byteLength(handle), 4)
  return 22 + Buffer.byteLength(type) + data.length + referenceBytes
}

const indexesOf = (values: readonly HandleValue[]): number[] => values.map(({ index }) => index)
