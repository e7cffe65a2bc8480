import type { Answer } from '../client/outcome.ts'
import type { SiteBook } from '../client/upstream/site-book.ts'
import type { Target } from '../client/upstream/targets.ts'
import { type Upstream, UpstreamError } from '../client/upstream/upstream.ts'
import { prefixOfRecordKey } from '../identifier/homing.ts'
import {
  type IdentifierKey, keyOf, parentPrefix, parseIdentifier, prefixOfKey, prefixRecordKey,
} from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { Failed, FailureReason, Outcome, Referral } from '../record/outcome.ts'
import type { HandleValue } from '../record/value.ts'
import { CODE } from '../wire/layout.ts'
import { decodeValues, encodeValues } from '../wire/values.ts'
import {
  INDIRECTION_COUNT_MAX, REFERRAL_COUNT_MAX, WALK_DEPTH_MAX, WALK_QUESTION_COUNT_MAX,
} from './limits.ts'
import { formatAnswer, type TraceSink } from './trace.ts'
import { type Direction, readDirection, readReferral } from './walk-sites.ts'

/** What a walk found out: the values and who had them, or that there is no such name. */
export type WalkResult =
  | { readonly kind: 'found'; readonly block: Buffer; readonly home: readonly Target[] }
  | { readonly kind: 'absent' }

/** The walk could not find out. */
export class WalkError extends Error {
  readonly reason: FailureReason

  constructor(reason: FailureReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** One walk, from the name that was asked for down to the records that it takes to get there. */
export interface WalkContext {
  readonly deadlineMs: number
  readonly recursionCount: number
  /** Names that wait for what is looked for now, outermost first. */
  readonly path: readonly IdentifierKey[]
  /** Questions put to other nodes so far, counted over the whole walk. */
  readonly questions: { count: number }
  readonly trace: TraceSink | null
}

export interface WalkerParts {
  readonly upstream: Pick<Upstream, 'ask'>
  /** The nodes that every walk may begin at. */
  readonly roots: readonly Target[]
  readonly sites: SiteBook
  /** A record that the walk needs, from memory where it is there, else by a walk of its own. */
  readonly recordOf: (key: IdentifierKey, context: WalkContext) => Promise<RecordOf>
  /** Fetches such a record anew; undefined when that was done a moment ago. */
  readonly refetch: (key: IdentifierKey, context: WalkContext) => Promise<RecordOf> | undefined
  /** Whom this node's own prefix records name for what is not here. */
  readonly referralOf: (key: IdentifierKey) => Referral | undefined
  /** Who answers for the prefixes below a prefix, from earlier referrals. */
  readonly delegations: DelegationMemory
  readonly clock: Clock
  readonly onRefusedAddress: () => void
}

/** A record as a walk needs it; without a block the outcome says why. */
export interface RecordOf {
  readonly block: Buffer | null
  readonly outcome: Outcome
}

interface RememberedDelegation {
  readonly values: readonly HandleValue[]
  /** Whether its TTL is not over. */
  readonly fresh: boolean
}

/** What referrals have said about who answers for the prefixes below a prefix. */
export interface DelegationMemory {
  get(prefix: string): RememberedDelegation | undefined
  set(prefix: string, values: readonly HandleValue[]): void
}

/** Time that servers known from memory get, so that some is left to ask where they went. */
const REMEMBERED_SHARE = 0.6

/** Finds names by going from node to node (§9.5, §9.6): root, secondary, enterprise. */
export class Walker {
  readonly #parts: WalkerParts

  constructor(parts: WalkerParts) {
    this.#parts = parts
  }

  /** @throws WalkError when it could not be found out */
  async find(key: IdentifierKey, context: WalkContext): Promise<WalkResult> {
    if (context.path.length >= WALK_DEPTH_MAX) {
      throw new WalkError('upstream', `${key} takes too many other records`)
    }
    const inner = { ...context, path: [...context.path, key] }
    const prefix = prefixOfRecordKey(key)
    const own = this.#parts.referralOf(key)
    // A prefix referral is about prefix records: where a name is, its own prefix's record says.
    if (own !== undefined && (prefix !== undefined || own.to === 'service')) {
      return await this.#findByOwnReferral(key, own, inner)
    }
    return prefix === undefined
      ? await this.#findBelow(key, prefixRecordKey(prefixOfKey(key)), inner)
      : await this.#findPrefix(key, prefix, inner)
  }

  /** A name that this node would refer others for: it goes where it would send them. */
  async #findByOwnReferral(
    key: IdentifierKey, { to, handle, block }: Referral, context: WalkContext,
  ): Promise<WalkResult> {
    const direction = to === 'prefix' && block !== null
      ? readReferral(decodeValues(block), this.#parts.sites)
      : { sites: [], handle }
    return await this.#askAt(key, await this.#targetsAlong(key, direction, context), context)
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
      const result = await this.#tryDelegate(key, known.values, this.#withReserve(context))
      if (result?.kind === 'found' || this.#isOver(context)) return result ?? overdue(key)
    }
    try {
      return await this.#askAt(key, this.#parts.roots, this.#withReserve(context))
    } catch (error) {
      if (!(error instanceof WalkError) || known === undefined || known.fresh) throw error
      // The root is out of reach: what it last said is better than nothing.
      const result = await this.#tryDelegate(key, known.values, context)
      if (result === undefined) throw error
      return result
    }
  }

  async #tryDelegate(
    key: IdentifierKey, values: readonly HandleValue[], context: WalkContext,
  ): Promise<WalkResult | undefined> {
    try {
      const direction = readReferral(values, this.#parts.sites)
      const targets = await this.#targetsAlong(key, direction, context)
      return await this.#askAt(key, targets, context)
    } catch (error) {
      if (error instanceof WalkError) return undefined
      throw error
    }
  }

  async #askBy(key: IdentifierKey, record: RecordOf, context: WalkContext): Promise<WalkResult> {
    const { block, outcome } = record
    if (block === null) {
      throw outcome.kind === 'failed' ? failureOf(outcome) : new WalkError('upstream', 'no record')
    }
    const direction = readDirection(decodeValues(block), this.#parts.sites)
    return await this.#askAt(key, await this.#targetsAlong(key, direction, context), context)
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
    key: IdentifierKey, targets: readonly Target[], context: WalkContext,
  ): Promise<WalkResult> {
    const asked = new Set<string>()
    let at = targets
    for (let count = 0; count <= REFERRAL_COUNT_MAX; count++) {
      const place = at.map((target) => target.key).sort().join('|')
      if (asked.has(place)) throw new WalkError('upstream', `${key} is referred round in a ring`)
      asked.add(place)
      const answer = await this.#ask(key, at, context)
      switch (answer.code) {
        case CODE.success:
          return { kind: 'found', block: encodeValues(answer.values), home: at }
        case CODE.valuesNotFound:
          return { kind: 'found', block: encodeValues([]), home: at }
        case CODE.handleNotFound:
          return { kind: 'absent' }
        default:
          at = await this.#follow(key, answer, context)
      }
    }
    throw new WalkError('upstream', `${key} is referred on without end`)
  }

  async #ask(
    key: IdentifierKey, targets: readonly Target[], context: WalkContext,
  ): Promise<Answer> {
    const { trace } = context
    if (++context.questions.count > WALK_QUESTION_COUNT_MAX) {
      throw new WalkError('upstream', `${key} takes too many questions`)
    }
    try {
      return await this.#parts.upstream.ask(key, targets, {
        deadlineMs: context.deadlineMs,
        recursionCount: context.recursionCount + 1,
        onHop: trace === null ? null : ({ server, protocol, answer, problem, tookMs }) => {
          const words = answer === undefined ? problem : formatAnswer(answer)
          trace({ name: key, from: 'server', server, protocol, answer: words, tookMs })
        },
      })
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      const reason = error.reason === 'timeout' ? 'deadline' : 'upstream'
      throw new WalkError(reason, error.message)
    }
  }

  /** Whom a referral names. */
  async #follow(
    key: IdentifierKey, answer: Answer, context: WalkContext,
  ): Promise<readonly Target[]> {
    const { handle, values } = answer
    const byValues = answer.code === CODE.prefixReferral && handle === ''
    const direction: Direction = byValues
      ? readReferral(values, this.#parts.sites)
      : { sites: [], handle }
    const targets = await this.#targetsAlong(key, direction, context)
    if (!byValues) return targets
    const prefix = prefixOfRecordKey(key)
    if (prefix === undefined) {
      // Those sites know the prefix, and its record where the name is.
      const record = await this.#askAt(prefixRecordKey(prefixOfKey(key)), targets, context)
      if (record.kind === 'absent') throw new WalkError('upstream', `${key} is referred nowhere`)
      const further = readDirection(decodeValues(record.block), this.#parts.sites)
      return await this.#targetsAlong(key, further, context)
    }
    const parent = parentPrefix(prefix)
    if (parent !== undefined) this.#parts.delegations.set(parent, values)
    return targets
  }

  /** The servers of a direction, through service handles and aliases where it takes them. */
  async #targetsAlong(
    key: IdentifierKey, start: Direction, context: WalkContext,
  ): Promise<readonly Target[]> {
    let direction = start
    for (let count = 0; direction.handle !== null; count++) {
      const identifier = parseIdentifier(direction.handle)
      if (identifier === undefined || count >= INDIRECTION_COUNT_MAX) {
        throw new WalkError('upstream', `the services of ${key} lead nowhere`)
      }
      const { block, outcome } = await this.#parts.recordOf(keyOf(identifier), context)
      if (block === null) {
        throw outcome.kind === 'failed'
          ? failureOf(outcome)
          : new WalkError('upstream', `the service ${identifier} does not exist`)
      }
      direction = readDirection(decodeValues(block), this.#parts.sites)
    }
    const { targets, refusedCount } = this.#parts.sites.targetsOf(direction.sites, key)
    for (let i = 0; i < refusedCount; i++) this.#parts.onRefusedAddress()
    if (targets.length > 0) return targets
    const why = refusedCount > 0 ? 'only addresses that may not be asked' : 'no server'
    throw new WalkError('upstream', `${key} has ${why}`)
  }
}

function overdue(key: IdentifierKey): never {
  throw new WalkError('deadline', `there was no time left to find out about ${key}`)
}

function failureOf({ reason }: Failed): WalkError {
  return new WalkError(reason, 'a record on the way could not be found out')
}
