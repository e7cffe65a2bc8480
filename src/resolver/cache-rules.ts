import type { RecursedAnswer } from '../cache/recursed-cache.ts'
import type { Absent, Failed, NoValues, Outcome } from '../record/outcome.ts'
import { selectValues } from '../wire/selection.ts'

/** What an operator may choose about the memory of a recursive node. */
export interface CachePolicy {
  /** How long a name that does not exist is remembered as absent. */
  readonly absentSeconds: number
  /** How long after its TTL an answer may still be shown while nobody upstream answers. */
  readonly staleSeconds: number
}

/**
 * Absent names: short, since a name is often asked for just before it is registered, and long
 * enough that a scanner who asks for the same name again costs one question.
 */
export const ABSENT_SECONDS_DEFAULT = 30
/** An hour at most: a name that was registered must not stay invisible for longer. */
export const ABSENT_SECONDS_MAX = 3_600
/**
 * Stale answers: a day, so that a node that is down over night does not take its identifiers
 * with it. What is known to have been true is of more use than silence (RFC 8767).
 */
export const STALE_SECONDS_DEFAULT = 86_400
/** A week at most: by then a dead node's records have to be taken over. */
export const STALE_SECONDS_MAX = 604_800
/**
 * Failures: seconds only, and never as absent. It keeps a dead node's names from being asked for
 * again by everyone who wants them, and lets them come back soon after the node does.
 */
export const FAILURE_MS = 2_000
/** What a stale answer tells others about how long to keep it: half a minute (RFC 8767 §4). */
export const STALE_TTL_SECONDS = 30
/** How long a client waits for upstream when there is a stale answer to give instead. */
export const STALE_WAIT_MS = 1_000
/** An answer this often asked for within its life is fetched anew before it ends. */
export const REFRESH_DEMAND_COUNT = 3
/** When that is: in the last tenth of its life, so that nobody in the crowd has to wait. */
const REFRESH_SHARE = 0.1
/**
 * A record that was just fetched is not fetched again because its sites fail: a name under a
 * dead node would else ask its parent each time.
 */
export const REFETCH_MIN_MS = 1_000

/**
 * What a record's values are remembered as. The shortest TTL of them counts: relative ones from
 * now on, absolute ones until their time, two days at most (`selectValues` sees to all three).
 * Prefix records and the sites of a referral follow the same rule: their publisher chose the TTL
 * knowing how fast a move has to be seen. When their sites fail they are fetched anew at once.
 * The values themselves pass on unchanged: a signature over them covers their TTLs.
 */
export function rememberRecord(
  block: Buffer, nowMs: number, nowSeconds: number, policy: CachePolicy,
): RecursedAnswer {
  const { count, ttlSeconds } = selectValues(block, null, null, true, nowSeconds)
  const lifeMs = ttlSeconds * 1000
  return {
    ...times(nowMs, lifeMs, lifeMs * (1 - REFRESH_SHARE), policy.staleSeconds * 1000),
    block,
    outcome: count === 0
      ? NO_VALUES_THERE
      : {
          kind: 'found', block, ttlSeconds,
          recursed: { stale: false, freshUntilMs: Math.floor(nowMs) + lifeMs },
        },
  }
}

/** What other nodes said, as against what this one's own records say. */
const ABSENT_THERE: Absent = Object.freeze({ kind: 'absent', recursed: true })
export const NO_VALUES_THERE: NoValues = Object.freeze({ kind: 'no-values', recursed: true })
const STALE = Object.freeze({ stale: true, freshUntilMs: 0 })

/** Absent is never shown stale: it would hide a name that has been registered since. */
export function rememberAbsence(nowMs: number, policy: CachePolicy): RecursedAnswer {
  const lifeMs = policy.absentSeconds * 1000
  return {
    ...times(nowMs, lifeMs, lifeMs, 0),
    block: null, outcome: ABSENT_THERE,
  }
}

/** A failure replaces nothing that could be shown stale; see `postpone`. */
export function rememberFailure(failure: Failed, nowMs: number): RecursedAnswer {
  const { kind, reason } = failure
  return {
    ...times(nowMs, FAILURE_MS, FAILURE_MS, 0),
    block: null, outcome: { kind, reason },
  }
}

/** After a failed attempt to fetch it anew, an old answer has the same rest as a failure. */
export function postpone(answer: RecursedAnswer, nowMs: number): void {
  answer.retryFromMs = Math.floor(nowMs) + FAILURE_MS
}

/** Whether an answer may be given without asking anyone. */
export function isFresh(answer: RecursedAnswer, nowMs: number): boolean {
  return nowMs < answer.freshUntilMs
}

/** The answer to give while upstream fails; undefined when it is too old, or must not be. */
export function staleOutcomeOf(answer: RecursedAnswer, nowMs: number): Outcome | undefined {
  const { outcome, block, staleUntilMs } = answer
  if (block === null || nowMs >= staleUntilMs) return undefined
  return outcome.kind === 'found'
    ? { kind: 'found', block, ttlSeconds: STALE_TTL_SECONDS, recursed: STALE }
    : outcome
}

/** Whether it is time to fetch an answer anew although it is still fresh. */
export function wantsRefresh(answer: RecursedAnswer, nowMs: number): boolean {
  return nowMs >= answer.refreshFromMs && nowMs >= answer.retryFromMs
    && answer.demandCount >= REFRESH_DEMAND_COUNT
}

/** Whether upstream has just failed to give this answer anew. */
export function isPostponed(answer: RecursedAnswer, nowMs: number): boolean {
  return nowMs < answer.retryFromMs
}

/** Whether a record may be fetched anew because its sites fail. */
export function mayRefetch(answer: RecursedAnswer, nowMs: number): boolean {
  return nowMs >= answer.fetchedMs + REFETCH_MIN_MS && nowMs >= answer.retryFromMs
}

function times(nowMs: number, lifeMs: number, refreshAfterMs: number, staleMs: number) {
  const fetchedMs = Math.floor(nowMs)
  return {
    fetchedMs,
    freshUntilMs: fetchedMs + lifeMs,
    refreshFromMs: fetchedMs + Math.floor(refreshAfterMs),
    staleUntilMs: fetchedMs + lifeMs + staleMs,
    demandCount: 0,
    retryFromMs: 0,
    elsewhereAt: null,
  }
}
