import { type IdentifierKey, keyOf, prefixRecordName } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { Command, CommandResult, Identity } from '../record/command.ts'
import { recordAbove, type RightsNeeded, rightsNeeded } from '../record/rights.ts'
import { apply, type RecordCommand, refuse } from '../record/rules.ts'
import type { HandleValue } from '../record/value.ts'
import type { Change } from '../store/store.ts'
import { encodeValues } from '../wire/values.ts'
import { type FindValues, grantsOf, isMember } from './grants.ts'
import { livesHere, type RecordView } from './record-view.ts'

/** Values of records that live elsewhere: null where there is none or nobody could be asked. */
export type ForeignValues = ReadonlyMap<IdentifierKey, readonly HandleValue[] | null>

/** Who asks, proven; null for someone who has proven nothing. */
export interface Asker {
  readonly identity: Identity | null
  readonly foreign: ForeignValues
}

/** What is needed to decide, beside the command and who asks. */
export interface Law {
  readonly view: RecordView
  /** Who may do everything. */
  readonly serverAdministrators: readonly Identity[]
  readonly nowSeconds: number
}

/** The law as it is now, for whoever decides on a view of the records. */
export function lawOf(
  view: RecordView, clock: Clock, serverAdministrators: readonly Identity[],
): Law {
  return { view, serverAdministrators, nowSeconds: clock.nowSeconds() }
}

/** Records elsewhere that have to be read before it can be decided. */
export interface Undecided {
  readonly kind: 'undecided'
  readonly unknown: ReadonlySet<IdentifierKey>
}

export interface Decided {
  readonly kind: 'change'
  readonly changes: readonly Change[]
  readonly result: CommandResult
}

export type Decision = Decided | Undecided | Extract<
  CommandResult, { kind: 'refused' | 'authentication-needed' }
>

/** The refusal of what lives elsewhere. */
export const NOT_RESPONSIBLE = refuse('not-responsible', "That prefix doesn't live here")

export type WriteCommand = RecordCommand | Extract<Command, { kind: 'home' | 'unhome' }>

/**
 * Decides a command on the records as they are now: first what would fail for anyone, then
 * whether this asker may (§9.4 Write rules). Changes nothing.
 */
export function decide(command: WriteCommand, asker: Asker, law: Law): Decision {
  if ('prefix' in command) {
    return checkRights('server', asker, law, null) ?? homing(command, law)
  }
  const key = keyOf(command.handle)
  if (!livesHere(law.view, key)) {
    return NOT_RESPONSIBLE
  }
  if (key.indexOf('/') === key.length - 1) {
    return refuse('invalid-handle', 'An identifier needs a suffix')
  }
  const record = law.view.findRecord(key)
  const current = record === undefined ? undefined : law.view.findValues(key) ?? undefined
  const verdict = apply(current, command, law.nowSeconds)
  if (verdict.kind === 'refused') return verdict
  const refusal = checkRights(rightsNeeded(current, command), asker, law, key)
  if (refusal !== undefined) return refusal
  const name = record?.name ?? command.handle
  const change: Change = verdict.kind === 'delete'
    ? { operation: 'delete', key, name }
    : { operation: 'put', key, name, block: encodeValues(verdict.values) }
  const created = verdict.kind === 'put' && verdict.created
  return {
    kind: 'change',
    changes: [change],
    result: { kind: 'done', handle: command.handle, created },
  }
}

function homing(command: Extract<WriteCommand, { prefix: string }>, law: Law): Decided {
  const { kind: operation, prefix } = command
  const wanted = operation === 'home'
  const differs = law.view.isHomed(prefix) !== wanted
  return {
    kind: 'change',
    changes: differs ? [{ operation, prefix }] : [],
    result: { kind: 'done', handle: prefixRecordName(prefix), created: wanted && differs },
  }
}

/**
 * Whether the asker has one of the rights, from the HS_ADMIN values of the record and of the one
 * above it, or administers the whole node. One without them is an invalid administrator,
 * whatever the right (§9.4 Authorisation).
 * @param key the record; null when only the node's administrators count
 * @returns undefined when the asker may
 */
export function checkRights(
  needed: RightsNeeded, asker: Asker, law: Law, key: IdentifierKey | null,
): Exclude<Decision, Decided> | undefined {
  if (needed === null) return undefined
  const { identity } = asker
  if (identity === null) return { kind: 'authentication-needed' }
  const find = finderOf(asker, law)
  const unknown = new Set<IdentifierKey>()
  if (needed !== 'server' && key !== null) {
    const own = grantsOf(identity, find(key) ?? [], find)
    const above = grantsOf(identity, find(recordAbove(key)) ?? [], find)
    const both = own.permissions | above.permissions
    const allowed = needed.some(({ permissions, onPrefix }) =>
      ((onPrefix ? above.permissions : both) & permissions) === permissions)
    if (allowed) return undefined
    for (const one of [...own.unknown, ...above.unknown]) unknown.add(one)
  }
  if (isMember(identity, law.serverAdministrators, find, unknown)) return undefined
  if (unknown.size > 0) return { kind: 'undecided', unknown }
  return refuse('invalid-administrator', 'This administrator has no right to do that')
}

/** Reads records that live here from the view, others from what was fetched before. */
function finderOf(asker: Asker, law: Law): FindValues {
  return (key) =>
    livesHere(law.view, key) ? law.view.findValues(key) : asker.foreign.get(key)
}
