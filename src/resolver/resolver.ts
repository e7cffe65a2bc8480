import type { AnswerCache, CachedAnswer } from '../cache/answer-cache.ts'
import { isKeyHomed, prefixOfRecordKey } from '../identifier/homing.ts'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { GenerationTable } from '../lib/generations.ts'
import {
  ABSENT,
  type Failed,
  NEEDS_ADMINISTRATOR,
  NO_VALUES,
  NOT_HOMED,
  type Outcome,
  READABLE_BY_NOBODY,
} from '../record/outcome.ts'
import { HOMED_GENERATION, type ReadStore } from '../store/store.ts'
import { selectValues, type Selection } from '../wire/selection.ts'
import { Delegations } from './delegation.ts'
import type { Query } from './query.ts'

const STORE_FAILED: Failed = Object.freeze({ kind: 'failed', reason: 'store' })
const NEVER = Number.MAX_SAFE_INTEGER

export interface ResolverParts {
  readonly store: ReadStore
  readonly cache: AnswerCache
  readonly generations: GenerationTable
  readonly clock: Clock
  /** In a site of several servers: whether a key hashes to this one (§9.2). Null: all do. */
  readonly isOwnKey: ((key: IdentifierKey) => boolean) | null
  /** Told once for each look-up that the store could not answer. */
  readonly onStoreError: (error: unknown) => void
}

/** Answers questions from memory over the store. Every look-up is synchronous. */
export class Resolver {
  readonly #parts: ResolverParts
  readonly #homedSlot: number
  readonly #delegations: Delegations
  #homed: ReadonlySet<string> = new Set()
  #homedGeneration = -1

  constructor(parts: ResolverParts) {
    this.#parts = parts
    this.#homedSlot = parts.generations.slotOf(HOMED_GENERATION)
    this.#delegations = new Delegations({
      recordOf: (key) => this.#answerOf(key) ?? STORE_FAILED,
      isHomed: (prefix) => this.isHomed(prefix),
    })
  }

  /**
   * Looks a name up (§9.3 Resolution): homed? → cache → store; else who is to be asked.
   * @returns `failed` when the store could not be read, which says nothing about the name
   */
  lookup(query: Query): Outcome {
    const answer = this.#answerOf(query.key)
    if (answer === undefined) return STORE_FAILED
    if (answer.block === null) return this.#lookupElsewhere(query, answer.publicOutcome)
    if (query.indexes === null && query.types === null) {
      return query.publicOnly ? answer.publicOutcome : answer.fullOutcome
    }
    const { indexes, types, publicOnly } = query
    const nowSeconds = this.#parts.clock.nowSeconds()
    return outcomeOf(selectValues(answer.block, indexes, types, publicOnly, nowSeconds))
  }

  /** Whether names under a prefix (folded) are answered for here. */
  isHomed(prefix: string): boolean {
    return this.#homedPrefixes().has(prefix)
  }

  #homedPrefixes(): ReadonlySet<string> {
    const generation = this.#parts.generations.get(this.#homedSlot)
    if (generation !== this.#homedGeneration) {
      this.#homed = new Set(this.#parts.store.loadHomedPrefixes())
      this.#homedGeneration = generation
    }
    return this.#homed
  }

  /** A name without a record here: known to be absent, referred elsewhere, or not ours (§9.5). */
  #lookupElsewhere(query: Query, outcome: Outcome): Outcome {
    // A name under a homed prefix has no one else to ask, but for the records of prefixes.
    if (outcome === ABSENT && prefixOfRecordKey(query.key) === undefined) return ABSENT
    try {
      const referral = this.#delegations.referralFor(query.key)
      if (referral === undefined) return outcome
      return referral.kind === 'referral' && !query.mayRefer ? NOT_HOMED : referral
    } catch (error) {
      this.#parts.onStoreError(error)
      return STORE_FAILED
    }
  }

  /** The remembered answer while it is good, else what the store says; undefined: it failed. */
  #answerOf(key: IdentifierKey): CachedAnswer | undefined {
    const { cache, generations, clock } = this.#parts
    const answer = cache.get(key)
    if (
      answer === undefined ||
      answer.generation !== generations.get(answer.slot) ||
      answer.homedGeneration !== generations.get(this.#homedSlot) ||
      (answer.freshUntilSeconds !== NEVER && answer.freshUntilSeconds <= clock.nowSeconds())
    ) {
      return this.#read(key)
    }
    return answer
  }

  /** Reads one name from the store and remembers it, unless the store fails. */
  #read(key: IdentifierKey): CachedAnswer | undefined {
    const { cache, generations } = this.#parts
    const slot = generations.slotOf(key)
    // Before the store is read: a change that comes in between makes the entry dead at once.
    const generation = generations.get(slot)
    const homedGeneration = generations.get(this.#homedSlot)
    try {
      const answer = this.#load(key, slot, generation, homedGeneration)
      // Names that are not homed come from strangers without end and cost no look-up: not kept.
      if (answer.publicOutcome !== NOT_HOMED) cache.set(key, answer)
      return answer
    } catch (error) {
      this.#parts.onStoreError(error)
      return undefined
    }
  }

  #load(
    key: IdentifierKey, slot: number, generation: number, homedGeneration: number,
  ): CachedAnswer {
    const { store, clock, isOwnKey } = this.#parts
    const own = isKeyHomed(key, this.#homedPrefixes()) && (isOwnKey === null || isOwnKey(key))
    const block = own ? store.findBlock(key) : undefined
    const common = { slot, generation, homedGeneration }
    if (block === undefined) {
      const outcome = own ? ABSENT : NOT_HOMED
      const freshUntilSeconds = NEVER
      return {
        ...common, block: null, publicOutcome: outcome, fullOutcome: outcome, freshUntilSeconds,
      }
    }
    const nowSeconds = clock.nowSeconds()
    const full = selectValues(block, null, null, false, nowSeconds)
    const fullOutcome = outcomeOf(full)
    const publicOutcome =
      full.restrictedCount === 0
        ? fullOutcome
        : outcomeOf(selectValues(block, null, null, true, nowSeconds))
    const freshUntilSeconds = full.absolute ? nowSeconds + 1 : NEVER
    return { ...common, block, publicOutcome, fullOutcome, freshUntilSeconds }
  }
}

function outcomeOf(selection: Selection): Outcome {
  if (selection.restrictedCount > 0) {
    return selection.unreadable ? READABLE_BY_NOBODY : NEEDS_ADMINISTRATOR
  }
  if (selection.count === 0) return NO_VALUES
  return { kind: 'found', block: selection.block, ttlSeconds: selection.ttlSeconds }
}
