import { foldAscii, type IdentifierKey, keyOf } from '../identifier/identifier.ts'
import { BytesError } from '../lib/bytes.ts'
import { decodeAdminRecord } from '../record/admin.ts'
import type { Identity } from '../record/command.ts'
import { isAdminValue } from '../record/rights.ts'
import type { HandleValue, ValueReference } from '../record/value.ts'
import { decodeValueList } from '../record/value-list.ts'
import { GROUP_DEPTH_MAX, GROUP_MEMBERS_MAX } from './limits.ts'

/** Values of a record that may hold a group: null when there is none, undefined when unknown. */
export type FindValues = (key: IdentifierKey) => readonly HandleValue[] | null | undefined

/** What someone may do, as far as it is known. */
export interface Grants {
  /** Bits of `AdminPermission`. */
  readonly permissions: number
  /** Records that would have to be read to know whether there is more. */
  readonly unknown: ReadonlySet<IdentifierKey>
}

/**
 * What the HS_ADMIN values among `values` allow an identity: those that name it, with index 0 for
 * any of its keys, or name a group (HS_VLIST) that it belongs to (§9.4 Authorisation).
 */
export function grantsOf(
  identity: Identity, values: readonly HandleValue[], find: FindValues,
): Grants {
  const unknown = new Set<IdentifierKey>()
  let permissions = 0
  for (const value of values) {
    const admin = isAdminValue(value) ? decode(decodeAdminRecord, value.data) : undefined
    if (admin === undefined || (admin.permissions & ~permissions) === 0) continue
    if (isMember(identity, [admin], find, unknown)) permissions |= admin.permissions
  }
  return { permissions, unknown }
}

/**
 * Whether an identity is one of `references`, or in a group that one of them leads to. Groups are
 * followed breadth first, each once, GROUP_DEPTH_MAX deep and GROUP_MEMBERS_MAX wide.
 * @param unknown takes the records that could not be looked into
 */
export function isMember(
  identity: Identity,
  references: readonly ValueReference[],
  find: FindValues,
  unknown: Set<IdentifierKey>,
): boolean {
  const own = keyOf(identity.handle)
  const seen = new Set<string>()
  let level = references
  for (let depth = 0; depth <= GROUP_DEPTH_MAX && level.length > 0; depth++) {
    const next: ValueReference[] = []
    for (const { handle, index } of level) {
      const key = keyOf(handle)
      if (key === own && (index === 0 || index === identity.index)) return true
      const name = `${index}:${key}`
      if (seen.has(name) || seen.size >= GROUP_MEMBERS_MAX) continue
      seen.add(name)
      const values = find(key)
      if (values === undefined) unknown.add(key)
      else if (values !== null) next.push(...membersOf(values, index))
    }
    level = next
  }
  return false
}

/** The members of the group at an index of a record; index 0: of all its groups. */
function membersOf(values: readonly HandleValue[], index: number): ValueReference[] {
  return values
    .filter((value) => foldAscii(value.type) === 'HS_VLIST')
    .filter((value) => index === 0 || value.index === index)
    .flatMap((value) => decode(decodeValueList, value.data) ?? [])
    .slice(0, GROUP_MEMBERS_MAX)
}

/** Data that anyone may have stored: what can't be read grants nothing. */
function decode<T>(decoder: (data: Buffer) => T, data: Buffer): T | undefined {
  try {
    return decoder(data)
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}
