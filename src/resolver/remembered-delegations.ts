import type { RecursedCache } from '../cache/recursed-cache.ts'
import { prefixRecordKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import { type CachePolicy, isFresh, rememberRecord, staleOutcomeOf } from './cache-rules.ts'
import type { DelegationMemory, RememberedDelegation } from './walk.ts'

/** Who answers for the prefixes below a prefix, as referrals have said, by the cache rules. */
export class RememberedDelegations implements DelegationMemory {
  readonly #cache: RecursedCache
  readonly #clock: Clock
  readonly #policy: CachePolicy

  constructor(cache: RecursedCache, clock: Clock, policy: CachePolicy) {
    this.#cache = cache
    this.#clock = clock
    this.#policy = policy
  }

  get(prefix: string): RememberedDelegation | undefined {
    const answer = this.#cache.get(prefixRecordKey(prefix))
    if (answer === undefined || answer.block === null) return undefined
    const nowMs = this.#clock.elapsedMs()
    const fresh = isFresh(answer, nowMs)
    if (!fresh && staleOutcomeOf(answer, nowMs) === undefined) return undefined
    return { block: answer.block, fresh }
  }

  set(prefix: string, block: Buffer): void {
    const clock = this.#clock
    const answer = rememberRecord(block, clock.elapsedMs(), clock.nowSeconds(), this.#policy)
    this.#cache.set(prefixRecordKey(prefix), answer)
  }
}
