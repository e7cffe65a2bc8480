import type { RecursedAnswer, RecursedCache } from '../cache/recursed-cache.ts'
import type { UpstreamCounter } from '../client/counters.ts'
import { SiteBook } from '../client/upstream/site-book.ts'
import type { Target } from '../client/upstream/targets.ts'
import type { Upstream } from '../client/upstream/upstream.ts'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { Counter, Tally } from '../lib/counters.ts'
import { Deadlines } from '../lib/deadlines.ts'
import { SingleFlight } from '../lib/single-flight.ts'
import type { Failed, FailureReason, Referral } from '../record/outcome.ts'
import type { TraceStep } from '../record/trace.ts'
import {
  type CachePolicy, isFresh, isPostponed, mayRefetch, postpone, rememberAbsence, rememberFailure,
  rememberRecord, STALE_WAIT_MS, staleOutcomeOf, wantsRefresh,
} from './cache-rules.ts'
import type { RecursionCounter } from './counters.ts'
import { FLIGHT_COUNT_MAX, WAITING_COUNT_MAX } from './limits.ts'
import { RememberedDelegations } from './remembered-delegations.ts'
import { formatOutcome, type TraceSink } from './trace.ts'
import { beginWalk, type RecordOf, type WalkContext, Walker } from './walk.ts'
import { WalkError } from './walk-error.ts'

export interface RecursionParts {
  readonly upstream: Pick<Upstream, 'ask'>
  readonly roots: readonly Target[]
  readonly allowPrivate: boolean
  readonly cache: RecursedCache
  /** Who answers for the prefixes below a prefix, from referrals. */
  readonly delegationCache: RecursedCache
  readonly policy: CachePolicy
  readonly timeoutMs: number
  readonly clock: Clock
  readonly counters: Counter<RecursionCounter | UpstreamCounter>
  /** What this node's own records say. */
  readonly ownOf: (key: IdentifierKey) => Own
}

/** This node's own answer where it has one; else whom its prefix records name, if anybody. */
export interface Own {
  readonly record: RecordOf | null
  readonly referral: Referral | null
}

export interface FindOptions {
  /** When the answer must be there, on the clock's elapsed time. */
  readonly deadlineMs: number
  readonly recursionCount: number
  readonly trace: TraceSink | null
}

/** Finds out what others know, once for all who ask, and remembers it by the cache rules. */
export class Recursion {
  readonly #parts: RecursionParts
  readonly #walker: Walker
  readonly #flights = new SingleFlight<IdentifierKey, RecursedAnswer>()
  readonly #deadlines: Deadlines
  readonly #hits: Tally
  #waitingCount = 0

  /** How long a walk may take when nobody says how long. */
  get timeoutMs(): number {
    return this.#parts.timeoutMs
  }

  constructor(parts: RecursionParts) {
    this.#parts = parts
    this.#deadlines = new Deadlines(parts.clock)
    this.#hits = parts.counters.tally('recursion_hits_total')
    const { upstream, roots, allowPrivate, delegationCache, policy, clock, counters } = parts
    this.#walker = new Walker({
      upstream, roots, clock, sites: new SiteBook(allowPrivate),
      recordOf: (key, context) => this.#recordOf(key, context),
      refetch: (key, context) => this.#refetch(key, context),
      delegations: new RememberedDelegations(delegationCache, clock, policy),
      onRefusedAddress: () => { counters.add('upstream_addresses_refused_total') },
    })
  }

  /** What is remembered of a name, however old. */
  get(key: IdentifierKey): RecursedAnswer | undefined {
    return this.#parts.cache.get(key)
  }

  /**
   * What is known of a name without asking anyone; the entry counts as asked for.
   * @param answer what is remembered of it
   * @returns undefined when it takes a walk
   */
  lookup(key: IdentifierKey, answer: RecursedAnswer | undefined): RecordOf | undefined {
    const { clock } = this.#parts
    if (answer === undefined) return undefined
    const nowMs = clock.elapsedMs()
    if (isFresh(answer, nowMs)) {
      answer.demandCount++
      this.#hits.add()
      if (wantsRefresh(answer, nowMs)) this.#refresh(key, answer)
      return answer
    }
    return isPostponed(answer, nowMs) ? this.#staleOf(answer, nowMs) : undefined
  }

  /** How long a remembered answer stands before it is time to renew it; 0 when it is over. */
  restMs(key: IdentifierKey): number {
    const answer = this.#parts.cache.get(key)
    const nowMs = this.#parts.clock.elapsedMs()
    return answer === undefined ? 0 : Math.max(0, answer.refreshFromMs - nowMs)
  }

  /** Finds a name out, from memory or by a walk. Never rejects, never later than the deadline. */
  async find(key: IdentifierKey, options: FindOptions): Promise<RecordOf> {
    const { counters } = this.#parts
    if (this.#waitingCount >= WAITING_COUNT_MAX) {
      counters.add('recursion_failures_busy_total')
      return failed('busy')
    }
    this.#waitingCount++
    try {
      const record = await this.#recordOf(key, beginWalk(options))
      const { outcome } = record
      if (outcome.kind === 'failed' && outcome.reason !== 'store') {
        counters.add(`recursion_failures_${outcome.reason}_total`)
      }
      return record
    } finally {
      this.#waitingCount--
    }
  }

  /**
   * The servers that have a name's record, found by a walk to its end.
   * @returns null when there is no such name, undefined when it could not be found out
   */
  async findHome(
    key: IdentifierKey, deadlineMs: number,
  ): Promise<readonly Target[] | null | undefined> {
    try {
      const { referral } = this.#parts.ownOf(key)
      const result = await this.#walker.find(key, referral, ownWalk(deadlineMs))
      return result.kind === 'found' ? result.home : null
    } catch (error) {
      if (error instanceof WalkError) return undefined
      throw error
    }
  }

  /** A record: our own, a remembered one, or the result of a walk that others may have begun. */
  #recordOf(key: IdentifierKey, context: WalkContext): RecordOf | Promise<RecordOf> {
    const { cache, clock, ownOf } = this.#parts
    const startedMs = clock.elapsedMs()
    const own = ownOf(key)
    if (own.record !== null) return this.#told(own.record, 'records', key, context, startedMs)
    const remembered = cache.get(key)
    const known = this.lookup(key, remembered)
    if (known !== undefined) {
      const from = isStale(known) ? 'stale cache' : 'cache'
      return this.#told(known, from, key, context, startedMs)
    }
    // Its own walk waits for this one: joining it would be waiting for oneself.
    if (context.path.includes(key)) return failed('upstream')
    const joins = this.#flights.get(key) !== undefined
    if (!joins && this.#flights.count >= FLIGHT_COUNT_MAX) return failed('busy')
    const flight = this.#fly(key, own.referral, context)
    const stale = staleRecord(remembered, startedMs)
    // A walk within a walk keeps to the deadline by itself.
    if (!joins && stale === undefined && context.path.length > 0) return flight
    return this.#waitFor(flight, joins, stale, key, context, startedMs)
  }

  /** What a walk brings in time, else what is remembered, were it old. */
  async #waitFor(
    flight: Promise<RecursedAnswer>, joins: boolean, stale: RecordOf | undefined,
    key: IdentifierKey, context: WalkContext, startedMs: number,
  ): Promise<RecordOf> {
    const staleMs = stale === undefined ? Number.POSITIVE_INFINITY : startedMs + STALE_WAIT_MS
    const found = await this.#deadlines.within(flight, Math.min(context.deadlineMs, staleMs))
    if (found !== undefined && (found.outcome.kind !== 'failed' || stale === undefined)) {
      return joins ? this.#told(found, 'another walk', key, context, startedMs) : found
    }
    if (stale === undefined) return failed('deadline')
    this.#parts.counters.add('recursion_stale_total')
    return this.#told(stale, 'stale cache', key, context, startedMs)
  }

  /** Tells whoever watches the walk where a record came from. */
  #told(
    record: RecordOf, from: Exclude<TraceStep['from'], 'server'>,
    key: IdentifierKey, { trace }: WalkContext, startedMs: number,
  ): RecordOf {
    if (trace !== null) {
      const tookMs = this.#parts.clock.elapsedMs() - startedMs
      const answer = formatOutcome(record.outcome)
      trace({ name: key, from, server: null, protocol: null, answer, tookMs })
    }
    return record
  }

  /** Joins the walk for a name or starts it; it goes on when who asked has no more time. */
  #fly(
    key: IdentifierKey, referral: Referral | null, context: WalkContext,
  ): Promise<RecursedAnswer> {
    const { clock, counters, timeoutMs } = this.#parts
    if (this.#flights.get(key) !== undefined) counters.add('recursion_joined_total')
    return this.#flights.run(key, () => {
      counters.add('recursion_walks_total')
      if (context.path.length > 0) return this.#walk(key, referral, context)
      const deadlineMs = Math.max(context.deadlineMs, clock.elapsedMs() + timeoutMs)
      return this.#walk(key, referral, { ...context, deadlineMs, endMs: deadlineMs })
    })
  }

  async #walk(
    key: IdentifierKey, referral: Referral | null, context: WalkContext,
  ): Promise<RecursedAnswer> {
    const { cache, clock, policy } = this.#parts
    try {
      const result = await this.#walker.find(key, referral, context)
      const nowMs = clock.elapsedMs()
      const answer = result.kind === 'found'
        ? rememberRecord(result.block, nowMs, clock.nowSeconds(), policy)
        : rememberAbsence(nowMs, policy)
      cache.set(key, answer)
      return answer
    } catch (error) {
      if (!(error instanceof WalkError)) throw error
      return this.#rememberFailed(key, error.reason)
    }
  }

  /** An old answer stays, to be shown stale; else the failure itself is remembered. */
  #rememberFailed(key: IdentifierKey, reason: FailureReason): RecursedAnswer {
    const { cache, clock } = this.#parts
    const nowMs = clock.elapsedMs()
    const failure = rememberFailure({ kind: 'failed', reason }, nowMs)
    const before = cache.get(key)
    const kept = before !== undefined
      && (isFresh(before, nowMs) || staleOutcomeOf(before, nowMs) !== undefined)
    if (kept) postpone(before, nowMs)
    else cache.set(key, failure)
    return failure
  }

  /** Fetches an answer anew while its old one is still given. */
  #refresh(key: IdentifierKey, answer: RecursedAnswer): void {
    const { clock, counters, timeoutMs } = this.#parts
    if (this.#flights.get(key) !== undefined || this.#flights.count >= FLIGHT_COUNT_MAX) return
    counters.add('recursion_refreshes_total')
    // One attempt, whatever comes of it; a new answer starts its count anew.
    answer.demandCount = 0
    const { referral } = this.#parts.ownOf(key)
    void this.#fly(key, referral, ownWalk(clock.elapsedMs() + timeoutMs))
  }

  #refetch(key: IdentifierKey, context: WalkContext): Promise<RecordOf> | undefined {
    const { cache, clock, counters } = this.#parts
    const answer = cache.get(key)
    if (answer === undefined || !mayRefetch(answer, clock.elapsedMs())) return undefined
    if (context.path.includes(key)) return undefined
    counters.add('recursion_refetches_total')
    return this.#fly(key, this.#parts.ownOf(key).referral, context)
  }

  #staleOf(answer: RecursedAnswer, nowMs: number): RecordOf | undefined {
    const stale = staleRecord(answer, nowMs)
    if (stale !== undefined) this.#parts.counters.add('recursion_stale_total')
    return stale
  }
}

/** One that nobody in particular has asked for. */
const ownWalk = (deadlineMs: number): WalkContext =>
  beginWalk({ deadlineMs, recursionCount: 0, trace: null })

function staleRecord(answer: RecursedAnswer | undefined, nowMs: number): RecordOf | undefined {
  const outcome = answer === undefined ? undefined : staleOutcomeOf(answer, nowMs)
  return outcome === undefined || answer === undefined
    ? undefined
    : { block: answer.block, outcome }
}

function failed(reason: FailureReason): RecordOf {
  const outcome: Failed = { kind: 'failed', reason }
  return { block: null, outcome }
}

function isStale({ outcome }: RecordOf): boolean {
  return outcome.kind === 'found' && outcome.recursed?.stale === true
}
