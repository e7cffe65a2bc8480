import { setImmediate as othersTurn } from 'node:timers/promises'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { CommandResult } from '../record/command.ts'
import type { ReadStore } from '../store/store.ts'
import { LISTED_NAMES_MAX, LISTING_STEP_NAMES } from './limits.ts'

export interface Listing {
  readonly prefix: string
  /** Where the listing goes on; null for its beginning. */
  readonly after: IdentifierKey | null
  readonly offset: number
  readonly countMax: number
}

/**
 * A part of the names under a prefix, in order, in upper case as the peers list them (§9.1).
 * Passing over and counting goes in steps, so that a long listing keeps nobody waiting.
 */
export async function listNames(
  store: Pick<ReadStore, 'findKeys'>, listing: Listing,
): Promise<CommandResult> {
  const { prefix, after, offset } = listing
  const countMax = Math.max(0, Math.min(listing.countMax, LISTED_NAMES_MAX))
  const start = offset > 0 ? await walk(store, prefix, after, offset) : { last: after, count: 0 }
  const beyond = start.count < offset
  const keys = beyond || countMax === 0 ? [] : store.findKeys(prefix, start.last, countMax + 1)
  const names = keys.slice(0, countMax)
  const last = names.at(-1) ?? start.last
  const more = keys.length > countMax
  const totalCount = after === null
    ? start.count + names.length + (await walk(store, prefix, last, Infinity)).count
    : null
  return { kind: 'names', names, totalCount, next: more ? (names.at(-1) ?? null) : null }
}

/** Passes over at most `countMax` names. */
async function walk(
  store: Pick<ReadStore, 'findKeys'>,
  prefix: string,
  after: IdentifierKey | null,
  countMax: number,
): Promise<{ last: IdentifierKey | null; count: number }> {
  let last = after
  let count = 0
  while (count < countMax) {
    const step = Math.min(LISTING_STEP_NAMES, countMax - count)
    const keys = store.findKeys(prefix, last, step)
    count += keys.length
    last = keys.at(-1) ?? last
    if (keys.length < step) break
    await othersTurn()
  }
  return { last, count }
}
