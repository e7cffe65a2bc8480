import { prefixOfRecordKey } from '../identifier/homing.ts'
import {
  foldAscii, type IdentifierKey, keyOf, parentPrefix, PREFIX_OF_PREFIX_RECORDS, prefixOfKey,
  prefixRecordKey,
} from '../identifier/identifier.ts'
import { AdminPermission } from './admin.ts'
import type { Command } from './command.ts'
import { isSameValue } from './rules.ts'
import { type HandleValue, Permission } from './value.ts'

/** One way to be allowed something. */
export interface Right {
  /** Bits of `AdminPermission`, all of which are needed. */
  readonly permissions: number
  /** Whether only the administrators of the prefix count, not those of the record itself. */
  readonly onPrefix: boolean
}

/**
 * What a command takes: any one of these rights; `server`: to administer the whole node, which
 * is always enough; null: nothing, so that nobody has to say who they are.
 */
export type RightsNeeded = readonly Right[] | 'server' | null

const adminType = 'HS_ADMIN'
const {
  addHandle, deleteHandle, addDerivedPrefix, deleteDerivedPrefix, modifyValue, removeValue,
  addValue, modifyAdmin, removeAdmin, addAdmin, readValue, listHandles,
} = AdminPermission

/**
 * Which rights a command takes on a record as it is now (§9.4 Write rules). What rights a change
 * takes never depends on data that its asker could not read: else trying would tell.
 * @param current the record's values, or undefined when there is no record
 */
export function rightsNeeded(
  current: readonly HandleValue[] | undefined, command: Command,
): RightsNeeded {
  switch (command.kind) {
    case 'create': {
      if (current !== undefined) return rightsToOverwrite(current, command.values)
      const derived = isDerivedPrefix(keyOf(command.handle))
      return [{ permissions: derived ? addDerivedPrefix : addHandle, onPrefix: true }]
    }
    case 'delete': {
      const own = anywhere(deleteHandle)
      if (!isDerivedPrefix(keyOf(command.handle))) return own
      return [...own, { permissions: deleteDerivedPrefix, onPrefix: true }]
    }
    case 'add':
      return anywhere(addingNeeds(current ?? [], command.values))
    case 'modify': {
      const needed = modifyingNeeds(current ?? [], command.values)
      return needed === 0 ? null : anywhere(needed)
    }
    case 'remove': {
      const removed = (current ?? []).filter(({ index }) => command.indexes.includes(index))
      return anywhere(union(removed.map(removingNeeds)))
    }
    case 'read':
      return anywhere(readValue)
    case 'list':
      return [{ permissions: listHandles, onPrefix: true }]
    case 'home':
    case 'unhome':
    case 'list-prefixes':
      return 'server'
  }
}

/** Whether a value says who may administer its record. */
export function isAdminValue(value: HandleValue): boolean {
  return foldAscii(value.type) === adminType
}

/**
 * The record whose administrators stand above a record: its prefix's, and for a prefix's record
 * that of the prefix above (`88.118.8/P1` → `0.NA/88.118.8` → `0.NA/88.118` → `0.NA/88` →
 * `0.NA/0.NA`).
 */
export function recordAbove(key: IdentifierKey): IdentifierKey {
  const prefix = prefixOfRecordKey(key)
  if (prefix === undefined) return prefixRecordKey(prefixOfKey(key))
  return prefixRecordKey(parentPrefix(prefix) ?? PREFIX_OF_PREFIX_RECORDS)
}

const isDerivedPrefix = (key: IdentifierKey): boolean =>
  parentPrefix(prefixOfRecordKey(key) ?? '') !== undefined

const anywhere = (permissions: number): Right[] => [{ permissions, onPrefix: false }]
const union = (all: readonly number[]): number => all.reduce((sum, bits) => sum | bits, 0)
const addingOneNeeds = (value: HandleValue): number => (isAdminValue(value) ? addAdmin : addValue)
const removingNeeds = (value: HandleValue): number =>
  isAdminValue(value) ? removeAdmin : removeValue

/** Replacing a value by another; nothing where the public may write, unless it makes an admin. */
function replacingNeeds(before: HandleValue, after: HandleValue): number {
  if (isAdminValue(before)) return isAdminValue(after) ? modifyAdmin : removeAdmin | modifyValue
  if (isAdminValue(after)) return modifyValue | addAdmin
  return (before.permissions & Permission.publicWrite) === 0 ? modifyValue : 0
}

function addingNeeds(current: readonly HandleValue[], added: readonly HandleValue[]): number {
  if (added.length === 0) return addValue
  const before = new Map(current.map((value) => [value.index, value]))
  return union(added.map((value) => {
    const old = before.get(value.index)
    // Where nothing but public-write values are replaced, adding still is no anonymous matter.
    return old === undefined ? addingOneNeeds(value) : replacingNeeds(old, value) || addValue
  }))
}

function modifyingNeeds(
  current: readonly HandleValue[], modified: readonly HandleValue[],
): number {
  const before = new Map(current.map((value) => [value.index, value]))
  return union(modified.map((value) => {
    const old = before.get(value.index)
    return old === undefined ? modifyValue : replacingNeeds(old, value)
  }))
}

/** Overwriting a record: what each difference takes, or the right to make or delete it whole. */
function rightsToOverwrite(
  current: readonly HandleValue[], values: readonly HandleValue[],
): Right[] {
  const whole = [...anywhere(addAdmin), ...anywhere(deleteHandle)]
  const after = new Map(values.map((value) => [value.index, value]))
  const touched = current.filter((value) => !isKept(value, after.get(value.index)))
  // What nobody may change goes only with the whole record.
  if (touched.some(({ permissions }) => (permissions & Permission.adminWrite) === 0)) return whole
  const existing = new Set(current.map(({ index }) => index))
  const needed = union([
    ...touched.map((value) => {
      const next = after.get(value.index)
      return next === undefined ? removingNeeds(value) : replacingNeeds(value, next) || modifyValue
    }),
    ...values.filter(({ index }) => !existing.has(index)).map(addingOneNeeds),
  ])
  return [...anywhere(needed === 0 ? modifyValue : needed), ...whole]
}

/** Whether a value stays as it is, as far as anyone may know: a hidden one counts as changed. */
function isKept(before: HandleValue, after: HandleValue | undefined): boolean {
  const readable = (before.permissions & Permission.publicRead) !== 0
  return readable && after !== undefined && isSameValue(before, after)
}
