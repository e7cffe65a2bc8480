import { z } from 'zod'
import type { DeskStore } from '../store/desk/desk-store.ts'
import { Allowance, type Denial, type Quota, UNLIMITED } from './allowance.ts'
import { dayOf } from './day.ts'
import { DeskRefusal } from './refusal.ts'

const countMax = z.int().min(0).max(1_000_000_000_000).nullable().default(null)

export const quotaBody = z.strictObject({
  requestsPerSecond: z.int().min(1).max(1_000_000).nullable().default(null),
  requestsPerDay: countMax,
  identifierCountMax: countMax,
  prefixCountMax: countMax,
})

/** The quota of an organisation or a key; unlimited when none was set. */
export function findQuota(store: DeskStore, holder: string): Quota {
  const body = store.usage.findQuota(holder)
  return body === undefined ? UNLIMITED : quotaBody.parse(JSON.parse(body))
}

/** @throws DeskRefusal when an organisation may hold no more prefixes (605) */
export function assertPrefixQuota(store: DeskStore, organisation: string): void {
  const { prefixCountMax } = findQuota(store, organisation)
  if (prefixCountMax === null) return
  if (store.applications.countLive(organisation) >= prefixCountMax) {
    throw new DeskRefusal('prefix-limit')
  }
}

/** How many identifiers an organisation may still register (604); infinite without a quota. */
export function identifiersLeft(store: DeskStore, organisation: string): number {
  const { identifierCountMax } = findQuota(store, organisation)
  if (identifierCountMax === null) return Number.POSITIVE_INFINITY
  return Math.max(0, identifierCountMax - store.usage.countIdentifiers(organisation))
}

/** The requests of every holder, counted in memory; the days' counts are saved now and then. */
export class Requests {
  readonly #store: DeskStore
  readonly #allowances = new Map<string, Allowance>()
  readonly #unsaved = new Set<string>()

  constructor(store: DeskStore) {
    this.#store = store
  }

  /** Counts a request of each holder, or says which may make none now. */
  take(holders: readonly string[], nowMs: number): Denial | undefined {
    for (const holder of holders) {
      const denied = this.#allowanceOf(holder, nowMs).take(findQuota(this.#store, holder), nowMs)
      if (denied !== undefined) return denied
      this.#unsaved.add(holder)
    }
    return undefined
  }

  usedToday(holder: string, nowMs: number): number {
    return this.#allowanceOf(holder, nowMs).usedToday(nowMs)
  }

  /** Writes the counts of the day. A crash loses what came since the last time. */
  save(nowMs: number): void {
    const day = dayOf(nowMs)
    for (const holder of this.#unsaved) {
      this.#store.usage.saveRequests(holder, day, this.usedToday(holder, nowMs))
    }
    this.#unsaved.clear()
  }

  get hasUnsaved(): boolean {
    return this.#unsaved.size > 0
  }

  #allowanceOf(holder: string, nowMs: number): Allowance {
    let allowance = this.#allowances.get(holder)
    if (allowance === undefined) {
      allowance = new Allowance()
      allowance.resume(nowMs, this.#store.usage.requestsOn(holder, dayOf(nowMs)))
      this.#allowances.set(holder, allowance)
    }
    return allowance
  }
}
