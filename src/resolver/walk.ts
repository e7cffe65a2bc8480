import type { Target } from '../client/upstream/targets.ts'
import type { Upstream } from '../client/upstream/upstream.ts'
import type { WalkAnswer } from '../client/upstream/walk-question.ts'
import { prefixOfRecordKey } from '../identifier/homing.ts'
import {
  type IdentifierKey, parentPrefix, prefixOfKey, prefixRecordKey,
} from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { Outcome, Referral } from '../record/outcome.ts'
import { CODE } from '../wire/layout.ts'
import { encodeValues } from '../wire/values.ts'
import { REFERRAL_COUNT_MAX, WALK_DEPTH_MAX, WALK_QUESTION_COUNT_MAX } from './limits.ts'
import { formatAnswer, type TraceSink } from './trace.ts'
import { WalkError, walkErrorOf, walkErrorOfFailure } from './walk-error.ts'
import { type FoundTargets, WalkTargets, type WalkTargetsParts } from './walk-targets.ts'

/** What a walk found out: the values and who had them, or that there is no such name. */
export type WalkResult =
  | { readonly kind: 'found'; readonly block: Buffer; readonly home: readonly Target[] }
  | { readonly kind: 'absent' }

/** One walk, from the name that was asked for down to the records that it takes to get there. */
export interface WalkContext {
  /** When this part of it has to be over, so that some time is left for other ways. */
  readonly deadlineMs: number
  /** When all of it has to be over. */
  readonly endMs: number
  readonly recursionCount: number
  /** Names that wait for what is looked for now, outermost first. */
  readonly path: readonly IdentifierKey[]
  /** Questions put to other nodes so far, counted over the whole walk. */
  readonly questions: { count: number }
  readonly trace: TraceSink | null
}

/** @param options of which the deadline is that of the whole walk */
export function beginWalk(
  options: Pick<WalkContext, 'deadlineMs' | 'recursionCount' | 'trace'>,
): WalkContext {
  return { ...options, endMs: options.deadlineMs, path: [], questions: { count: 0 } }
}

export interface WalkerParts extends WalkTargetsParts {
  readonly upstream: Pick<Upstream, 'ask'>
  /** The nodes that every walk may begin at. */
  readonly roots: readonly Target[]
  /** Fetches such a record anew; undefined when that was done a moment ago. */
  readonly refetch: (key: IdentifierKey, context: WalkContext) => Promise<RecordOf> | undefined
  /** Who answers for the prefixes below a prefix, from earlier referrals. */
  readonly delegations: DelegationMemory
  readonly clock: Clock
}

/** A record as a walk needs it; without a block the outcome says why. */
export interface RecordOf {
  readonly block: Buffer | null
  readonly outcome: Outcome
}

export interface RememberedDelegation {
  /** The values of the referral. */
  readonly block: Buffer
  /** Whether its TTL is not over. */
  readonly fresh: boolean
}

/** What referrals have said about who answers for the prefixes below a prefix. */
export interface DelegationMemory {
  get(prefix: string): RememberedDelegation | undefined
  set(prefix: string, block: Buffer): void
}

const NO_VALUES = encodeValues([])
/** Time that servers known from memory get, so that some is left to ask where they went. */
const REMEMBERED_SHARE = 0.6

/** Finds names by going from node to node (§9.5, §9.6): root, secondary, enterprise. */
export class Walker {
  readonly #parts: WalkerParts
  readonly #targets: WalkTargets

  constructor(parts: WalkerParts) {
    this.#parts = parts
    this.#targets = new WalkTargets(parts)
  }

  /**
   * @param own whom this node's own prefix records name for what is not here
   * @throws WalkError when it could not be found out
   */
  find(key: IdentifierKey, own: Referral | null, context: WalkContext): Promise<WalkResult> {
    if (context.path.length >= WALK_DEPTH_MAX) {
      throw new WalkError('upstream', `${key} takes too many other records`)
    }
    const inner = { ...context, path: [...context.path, key] }
    const prefix = prefixOfRecordKey(key)
    // A prefix referral is about prefix records: where a name is, its own prefix's record says.
    if (own !== null && (prefix !== undefined || own.to === 'service')) {
      return this.#findByOwnReferral(key, own, inner)
    }
    return prefix === undefined
      ? this.#findBelow(key, prefixRecordKey(prefixOfKey(key)), inner)
      : this.#findPrefix(key, prefix, inner)
  }

  /** A name that this node would refer others for: it goes where it would send them. */
  #findByOwnReferral(
    key: IdentifierKey, { to, handle, block }: Referral, context: WalkContext,
  ): Promise<WalkResult> {
    const targets = to === 'prefix' && block !== null
      ? this.#targets.ofReferral(key, block, context)
      : this.#targets.ofHandle(key, handle, context)
    return this.#askAt(key, targets, context)
  }

  /** A name: its prefix's record says whom to ask. */
  async #findBelow(
    key: IdentifierKey, prefixKey: IdentifierKey, context: WalkContext,
  ): Promise<WalkResult> {
    const record = await this.#parts.recordOf(prefixKey, context)
    if (record.outcome.kind === 'absent') return { kind: 'absent' }
    try {
      return await this.#askBy(key, record, this.#withReserve(context))
    } catch (error) {
      if (!(error instanceof WalkError) || this.#isOver(context)) throw error
      // The prefix may have moved since its record was fetched: its parent knows.
      const again = await this.#parts.refetch(prefixKey, context)
      const moved = again !== undefined && again.block !== null
        && record.block?.equals(again.block) !== true
      if (!moved) throw error
      return await this.#askBy(key, again, context)
    }
  }

  /**
   * A prefix's record: the root says who answers for the prefixes below its parent, and a former
   * referral saves the way to it. What a remembered delegate does not know is asked at the root
   * all the same: it may have handed the prefix to someone else.
   */
  async #findPrefix(
    key: IdentifierKey, prefix: string, context: WalkContext,
  ): Promise<WalkResult> {
    const parent = parentPrefix(prefix)
    const known = parent === undefined ? undefined : this.#parts.delegations.get(parent)
    if (known?.fresh === true) {
      const result = await this.#tryDelegate(key, known.block, this.#withReserve(context))
      if (result?.kind === 'found' || this.#isOver(context)) return result ?? overdue(key)
    }
    try {
      return await this.#askAt(key, this.#parts.roots, this.#withReserve(context))
    } catch (error) {
      if (!(error instanceof WalkError) || known === undefined || known.fresh) throw error
      // The root is out of reach: what it last said is better than nothing.
      const result = await this.#tryDelegate(key, known.block, context)
      if (result === undefined) throw error
      return result
    }
  }

  async #tryDelegate(
    key: IdentifierKey, block: Buffer, context: WalkContext,
  ): Promise<WalkResult | undefined> {
    try {
      return await this.#askAt(key, this.#targets.ofReferral(key, block, context), context)
    } catch (error) {
      if (error instanceof WalkError) return undefined
      throw error
    }
  }

  /** @throws WalkError at once when the record says nothing */
  #askBy(
    key: IdentifierKey, { block, outcome }: RecordOf, context: WalkContext,
  ): Promise<WalkResult> {
    if (block === null) {
      throw outcome.kind === 'failed'
        ? walkErrorOfFailure(outcome)
        : new WalkError('upstream', 'no record')
    }
    return this.#askAt(key, this.#targets.ofRecord(key, block, context), context)
  }

  /** The same walk with an earlier deadline for its next part. */
  #withReserve(context: WalkContext): WalkContext {
    const nowMs = this.#parts.clock.elapsedMs()
    const deadlineMs = nowMs + (context.deadlineMs - nowMs) * REMEMBERED_SHARE
    return { ...context, deadlineMs }
  }

  #isOver(context: WalkContext): boolean {
    return this.#parts.clock.elapsedMs() >= context.deadlineMs
  }

  /** Asks, and follows where it is sent, until someone says what there is. */
  async #askAt(
    key: IdentifierKey, targets: FoundTargets, context: WalkContext,
  ): Promise<WalkResult> {
    const asked: string[] = []
    // Usually at hand.
    let at = targets instanceof Promise ? await targets : targets
    for (let count = 0; count <= REFERRAL_COUNT_MAX; count++) {
      const place = placeOf(at)
      if (asked.includes(place)) {
        throw new WalkError('upstream', `${key} is referred round in a ring`)
      }
      asked.push(place)
      let answer: WalkAnswer
      try {
        answer = await this.#ask(key, at, context)
      } catch (error) {
        throw walkErrorOf(error)
      }
      switch (answer.code) {
        case CODE.success:
          return { kind: 'found', block: answer.block, home: at }
        case CODE.valuesNotFound:
          return { kind: 'found', block: NO_VALUES, home: at }
        case CODE.handleNotFound:
          return { kind: 'absent' }
        default: {
          const next = this.#follow(key, answer, context)
          at = next instanceof Promise ? await next : next
        }
      }
    }
    throw new WalkError('upstream', `${key} is referred on without end`)
  }

  #ask(key: IdentifierKey, targets: readonly Target[], context: WalkContext): Promise<WalkAnswer> {
    const { recursionCount, trace } = context
    if (++context.questions.count > WALK_QUESTION_COUNT_MAX) {
      throw new WalkError('upstream', `${key} takes too many questions`)
    }
    return this.#parts.upstream.ask(key, targets, {
      deadlineMs: this.#askUntilMs(context),
      recursionCount: recursionCount + 1,
      onHop: trace === null ? null : ({ server, protocol, answer, problem, tookMs }) => {
        const words = answer === undefined ? problem : formatAnswer(answer)
        trace({ name: key, from: 'server', server, protocol, answer: words, tookMs })
      },
    })
  }

  /**
   * An answer that comes after its part's time was there before, and this process stood still: what
   * time is left to the walk is for going on, since nobody has been slow.
   */
  #askUntilMs({ deadlineMs, endMs }: WalkContext): number {
    return deadlineMs > this.#parts.clock.elapsedMs() ? deadlineMs : endMs
  }

  /** Whom a referral names. */
  #follow(
    key: IdentifierKey, { code, handle, block }: WalkAnswer, context: WalkContext,
  ): FoundTargets {
    if (code !== CODE.prefixReferral || handle !== '') {
      return this.#targets.ofHandle(key, handle, context)
    }
    const targets = this.#targets.ofReferral(key, block, context)
    const prefix = prefixOfRecordKey(key)
    if (prefix === undefined) return this.#askForPrefix(key, targets, context)
    // On the way from the root only: who was asked for a name speaks for its prefix, and must not
    // be believed about all others below the same parent.
    const parent = context.path.at(-1) === key ? parentPrefix(prefix) : undefined
    if (parent === undefined) return targets
    // Not before it is known to lead somewhere.
    const remember = (found: readonly Target[]): readonly Target[] => {
      this.#parts.delegations.set(parent, block)
      return found
    }
    return targets instanceof Promise ? targets.then(remember) : remember(targets)
  }

  /** Sites that know a name's prefix, and in its record where the name is. */
  async #askForPrefix(
    key: IdentifierKey, targets: FoundTargets, context: WalkContext,
  ): Promise<readonly Target[]> {
    const record = await this.#askAt(prefixRecordKey(prefixOfKey(key)), targets, context)
    if (record.kind === 'absent') throw new WalkError('upstream', `${key} is referred nowhere`)
    return await this.#targets.ofRecord(key, record.block, context)
  }
}

/** A name for whom is asked, in whatever order. */
function placeOf(targets: readonly Target[]): string {
  return targets.length === 1
    ? targets[0]?.key ?? ''
    : targets.map(({ key }) => key).sort().join('|')
}

function overdue(key: IdentifierKey): never {
  throw new WalkError('deadline', `there was no time left to find out about ${key}`)
}
