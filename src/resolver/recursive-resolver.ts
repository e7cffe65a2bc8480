import { NEVER_STALE } from '../cache/answer-cache.ts'
import { FoundInPlace } from '../cache/found-in-place.ts'
import type { Target } from '../client/upstream/targets.ts'
import type { RecursedAnswer } from '../cache/recursed-cache.ts'
import { prefixOfRecordKey } from '../identifier/homing.ts'
import { type IdentifierKey, keyOf, parseIdentifier } from '../identifier/identifier.ts'
import type { KeyBytes } from '../identifier/key-bytes.ts'
import type { Failed, Found, Outcome } from '../record/outcome.ts'
import type { Trace, TraceStep } from '../record/trace.ts'
import { HotAnswers } from './hot-answers.ts'
import {
  ANSWER_RESERVE_MS, ANSWER_RESERVE_SHARE, HOT_ANSWER_DEMAND_COUNT, HOT_ANSWER_SECONDS,
  INDIRECTION_COUNT_MAX, KEPT_ANSWER_MS, RECURSION_COUNT_MAX,
} from './limits.ts'
import { type Query, type QueryTerms, USUAL_QUERY } from './query.ts'
import { aliasOf, selectOutcome } from './recursed-outcome.ts'
import { type Own, Recursion, type RecursionParts } from './recursion.ts'
import type { AnswerMark, OutcomeInPlace, Resolver } from './resolver.ts'
import type { Resolving } from './resolving.ts'
import { formatOutcome, type TraceSink } from './trace.ts'
import type { RecordOf } from './walk.ts'

const PASSED_ON_TOO_OFTEN: Failed = Object.freeze({ kind: 'failed', reason: 'recursion' })
const ALIASES_WITHOUT_END: Failed = Object.freeze({ kind: 'failed', reason: 'upstream' })
const NOTHING_HERE: Own = Object.freeze({ record: null, referral: null })

export interface RecursionSettings extends Omit<RecursionParts, 'ownOf'> {
  /** Memory for answers in demand. */
  readonly hotBytes: number
}

/** What a recursive resolver needs of the records before it. */
export type OwnRecords =
  Pick<Resolver, 'lookup' | 'peek' | 'markOf' | 'markFor' | 'holds' | 'stands' | 'isCurrent'>

/** Answers from this node's own records where it has any, else finds out from other nodes. */
export class RecursiveResolver implements Resolving {
  readonly #own: OwnRecords
  readonly #settings: RecursionSettings
  readonly #recursion: Recursion
  readonly #hot: HotAnswers
  readonly #found = new FoundInPlace()
  /** The name that a door asked for last and that is not here: its walk asks the same again. */
  #elsewhere: { readonly key: IdentifierKey; readonly mark: AnswerMark; readonly own: Own } | null =
    null

  constructor(own: OwnRecords, settings: RecursionSettings) {
    this.#own = own
    this.#settings = settings
    const { hotBytes: bytesMax, clock, counters } = settings
    const hits = counters.tally('recursion_hits_total')
    this.#hot = new HotAnswers({ bytesMax, own, clock, hits })
    this.#recursion = new Recursion({
      ...settings,
      ownOf: (key) => this.#ownOf(key),
    })
  }

  lookup(query: Query): Outcome | undefined {
    if (query.mayRecurse && this.#elsewhereOf(query.key) !== undefined) {
      return this.#remembered(query.key, query, this.#recursion.get(query.key))
    }
    const outcome = this.#own.lookup(query)
    if (!query.mayRecurse || !this.#isElsewhere(outcome, query.key)) return outcome
    return this.#remembered(query.key, query, this.#recursion.get(query.key))
  }

  peek(key: KeyBytes, terms: QueryTerms, nowSeconds: number): OutcomeInPlace | undefined {
    if (!terms.mayRecurse) return this.#own.peek(key, terms, nowSeconds)
    const hot = terms.recursionCount < RECURSION_COUNT_MAX
      ? this.#hot.find(key, terms, nowSeconds)
      : undefined
    if (hot !== undefined) return hot
    const answer = this.#recursion.get(key.text)
    if (answer === undefined || !this.#isKnownElsewhere(answer)) {
      // Before the records are looked at: a change that comes in between makes it void at once.
      const mark = this.#own.markFor(key.text, NEVER_STALE)
      const outcome = this.#own.peek(key, terms, nowSeconds)
      if (outcome.kind === 'found' || !this.#isElsewhere(outcome, key.text)) return outcome
      if (answer !== undefined) answer.elsewhereAt = mark
      if (terms.mayRefer) this.#elsewhere = { key: key.text, mark, own: elsewhere(outcome) }
    }
    const remembered = this.#remembered(key.text, terms, answer)
    if (remembered?.kind !== 'found') return remembered
    if (answer?.outcome === remembered) this.#keepHot(key, answer, remembered)
    return this.#found.set(remembered)
  }

  /** Keeps an answer in demand where it is found at once, unless it is soon to be renewed. */
  #keepHot(key: KeyBytes, answer: RecursedAnswer, found: Found): void {
    const { demandCount, elsewhereAt, refreshFromMs } = answer
    if (demandCount <= HOT_ANSWER_DEMAND_COUNT || elsewhereAt === null) return
    const untilMs = this.#settings.clock.elapsedMs() + HOT_ANSWER_SECONDS * 1000
    if (untilMs < refreshFromMs) this.#hot.keep(key, found, elsewhereAt)
  }

  /** What the own records say of a name. */
  #ownOf(key: IdentifierKey): Own {
    const known = this.#elsewhereOf(key)
    if (known !== undefined) return known
    const outcome = this.#own.lookup({ ...USUAL_QUERY, key })
    if (this.#isElsewhere(outcome, key)) return elsewhere(outcome)
    const block = outcome.kind === 'found' ? outcome.block : null
    return { record: { block, outcome }, referral: null }
  }

  /** The same where it is the name last seen to be elsewhere, and nothing has changed since. */
  #elsewhereOf(key: IdentifierKey): Own | undefined {
    const last = this.#elsewhere
    return last?.key === key && this.#own.stands(last.mark) ? last.own : undefined
  }

  /** Whether the own records had nothing of a name, and have not changed since. */
  #isKnownElsewhere({ elsewhereAt }: RecursedAnswer): boolean {
    return elsewhereAt !== null && this.#own.stands(elsewhereAt)
  }

  /**
   * Whether others are to be asked. Of the record of a prefix, too, that is not here although its
   * like are homed here: a node that knows a root is not the one to say that there is no such
   * prefix.
   */
  #isElsewhere(outcome: Outcome, key: IdentifierKey): boolean {
    if (outcome.kind === 'not-homed' || outcome.kind === 'referral') return true
    return outcome.kind === 'absent' && this.#settings.roots.length > 0
      && prefixOfRecordKey(key) !== undefined
  }

  /** What other nodes are known to have said; undefined when it takes asking them. */
  #remembered(
    start: IdentifierKey, terms: QueryTerms, answer: RecursedAnswer | undefined,
  ): Outcome | undefined {
    if (terms.recursionCount >= RECURSION_COUNT_MAX) return PASSED_ON_TOO_OFTEN
    let key = start
    let known = answer
    for (let count = 0; count <= INDIRECTION_COUNT_MAX; count++) {
      const record = this.#recursion.lookup(key, known)
      if (record === undefined) return undefined
      const found = selectOutcome(record, terms)
      const next = nextKey(record, found)
      if (next === undefined) return found
      key = next
      known = this.#recursion.get(key)
    }
    return ALIASES_WITHOUT_END
  }

  recurse(query: Query, deadlineMs?: number): Promise<Outcome> {
    return this.#recurse(query, deadlineMs ?? this.#usualDeadlineMs(), null)
  }

  /**
   * The servers of other nodes that have a name's record.
   * @param deadlineMs on the clock's elapsed time
   * @returns null when there is no such name, undefined when it could not be found out
   */
  findHome(
    key: IdentifierKey, deadlineMs: number,
  ): Promise<readonly Target[] | null | undefined> {
    return this.#recursion.findHome(key, deadlineMs)
  }

  markOf(key: IdentifierKey): AnswerMark | undefined {
    const outcome = this.#own.lookup({ ...USUAL_QUERY, key })
    if (!this.#isElsewhere(outcome, key)) return this.#own.markOf(key)
    const restMs = Math.min(this.#recursion.restMs(key), KEPT_ANSWER_MS)
    if (restMs < 1000) return undefined
    return this.#own.markFor(key, this.#settings.clock.nowSeconds() + Math.floor(restMs / 1000))
  }

  holds(mark: AnswerMark): boolean {
    return this.#own.holds(mark)
  }

  async trace(query: Query): Promise<Trace> {
    const { clock } = this.#settings
    const startedMs = clock.elapsedMs()
    const steps: TraceStep[] = []
    const outcome = await this.#recurse(query, this.#usualDeadlineMs(), (step) => {
      steps.push(step)
    })
    const tookMs = clock.elapsedMs() - startedMs
    const { kind } = outcome
    return { identifier: query.key, steps, kind, outcome: formatOutcome(outcome), tookMs }
  }

  async #recurse(query: Query, deadlineMs: number, trace: TraceSink | null): Promise<Outcome> {
    const { recursionCount } = query
    let key = query.key
    for (let count = 0; count <= INDIRECTION_COUNT_MAX; count++) {
      const record = await this.#recursion.find(key, { deadlineMs, recursionCount, trace })
      const outcome = selectOutcome(record, query)
      const next = nextKey(record, outcome)
      if (next === undefined) return outcome
      key = next
    }
    return ALIASES_WITHOUT_END
  }

  /** When to say that it could not be found out, so that this too is said in time. */
  #usualDeadlineMs(): number {
    const { clock, timeoutMs } = this.#settings
    const reserveMs = Math.min(ANSWER_RESERVE_MS, timeoutMs * ANSWER_RESERVE_SHARE)
    return clock.elapsedMs() + timeoutMs - reserveMs
  }
}

function elsewhere(outcome: OutcomeInPlace | Outcome): Own {
  return outcome.kind === 'referral' ? { record: null, referral: outcome } : NOTHING_HERE
}

function nextKey(record: RecordOf, outcome: Outcome): IdentifierKey | undefined {
  const alias = aliasOf(record, outcome)
  const identifier = alias === null ? undefined : parseIdentifier(alias)
  return identifier === undefined ? undefined : keyOf(identifier)
}
