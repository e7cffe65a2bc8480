import {
  type AnswerCache, type CachedAnswer, NEVER_STALE, type RecordOutcome,
} from '../cache/answer-cache.ts'
import { FoundInPlace } from '../cache/found-in-place.ts'
import type { ElsewhereMark } from '../cache/recursed-cache.ts'
import { type KeptRecord, RecordCache } from '../cache/record-cache.ts'
import { isKeyHomed, isPrefixRecordKey, prefixOfRecordKey } from '../identifier/homing.ts'
import type { IdentifierKey } from '../identifier/identifier.ts'
import { KeyBytes } from '../identifier/key-bytes.ts'
import { PrefixSet } from '../identifier/prefix-set.ts'
import type { Clock } from '../lib/clock.ts'
import type { Counter, Tally } from '../lib/counters.ts'
import type { GenerationTable } from '../lib/generations.ts'
import {
  ABSENT,
  type Failed,
  type Found,
  NEEDS_ADMINISTRATOR,
  NO_VALUES,
  NOT_HOMED,
  type NotHomed,
  type Outcome,
  READABLE_BY_NOBODY,
} from '../record/outcome.ts'
import type { Trace } from '../record/trace.ts'
import { HOMED_GENERATION, type LookupStore } from '../store/store.ts'
import { selectValues, type Selection } from '../wire/selection.ts'
import type { ResolverCounter } from './counters.ts'
import { Delegations, type PrefixRecord } from './delegation.ts'
import type { Query, QueryTerms } from './query.ts'
import type { Resolving } from './resolving.ts'
import { formatOutcome } from './trace.ts'

const STORE_FAILED: Failed = Object.freeze({ kind: 'failed', reason: 'store' })
/** An outcome whose values are good until the next look-up. */
export type OutcomeInPlace = FoundInPlace | Exclude<Outcome, Found>

const NO_PREFIX_RECORD: PrefixRecord = { block: null, service: null, derived: null }

export interface ResolverParts {
  readonly store: LookupStore
  readonly cache: AnswerCache
  readonly generations: GenerationTable
  readonly clock: Clock
  readonly counters: Counter<ResolverCounter>
  /** In a site of several servers: whether a key hashes to this one (§9.2). Null: all do. */
  readonly isOwnKey: ((key: IdentifierKey) => boolean) | null
  /** Told once for each look-up that the store could not answer. */
  readonly onStoreError: (error: unknown) => void
}

/** The generations that an answer was read at; it is dead when one of them has moved on. */
export interface AnswerMark extends ElsewhereMark {
  /** When a TTL in it has to be worked out anew, or NEVER_STALE. */
  readonly freshUntilSeconds: number
}

/** Answers from this node's own records: memory over the store. Every look-up is synchronous. */
export class Resolver implements Resolving {
  readonly #parts: ResolverParts
  readonly #homedSlot: number
  readonly #key = new KeyBytes()
  readonly #prefixRecords = new RecordCache()
  readonly #found = new FoundInPlace()
  readonly #delegations: Delegations
  readonly #hits: Tally
  readonly #misses: Tally
  #homed = new PrefixSet([])
  #homedGeneration = -1

  constructor(parts: ResolverParts) {
    this.#parts = parts
    this.#homedSlot = parts.generations.slotOf(HOMED_GENERATION)
    this.#hits = parts.counters.tally('cache_lookups_hit_total')
    this.#misses = parts.counters.tally('cache_lookups_miss_total')
    this.#delegations = new Delegations({
      recordOf: (key) => this.#prefixRecord(key),
      isHomed: (prefix) => this.isHomed(prefix),
    })
  }

  /**
   * Looks a name up (§9.3 Resolution): homed? → cache → store; else who is to be asked.
   * @returns `failed` when the store could not be read, which says nothing about the name
   */
  lookup(query: Query): Outcome {
    this.#key.setText(query.key)
    const outcome = this.peek(this.#key, query, this.#parts.clock.nowSeconds())
    return outcome.kind === 'found' ? outcome.copy() : outcome
  }

  /** As `lookup`, but what it found may be the cache's memory, good until the next look-up. */
  peek(key: KeyBytes, terms: QueryTerms, nowSeconds: number): OutcomeInPlace {
    const { cache } = this.#parts
    const { indexes, types, publicOnly } = terms
    const unfiltered = indexes === null && types === null
    const at = cache.find(key)
    let block: Buffer | null
    if (at >= 0 && this.isCurrent(cache, at, nowSeconds)) {
      this.#hits.add()
      block = unfiltered ? null : cache.blockOf(at)
      if (block === null) return this.#orElsewhere(cache.outcomeOf(at, publicOnly), key, terms)
    } else {
      this.#misses.add()
      const answer = this.#read(key)
      if ('kind' in answer) return this.#orElsewhere(answer, key, terms)
      block = unfiltered ? null : answer.block
      const outcome = publicOnly ? answer.publicOutcome : answer.fullOutcome
      if (block === null) return this.#orElsewhere(outcome, key, terms)
    }
    const selection = selectValues(block, indexes, types, publicOnly, nowSeconds)
    return this.#inPlace(outcomeOf(selection))
  }

  /**
   * What the answer just looked up rests on. Good for one made in the same turn: the answer in
   * memory is the one that was given. Undefined when it is not in memory.
   */
  markOf(key: IdentifierKey): AnswerMark | undefined {
    const { cache } = this.#parts
    this.#key.setText(key)
    const at = cache.find(this.#key)
    if (at < 0) return undefined
    return {
      slot: cache.slotOf(at),
      generation: cache.generationOf(at),
      homedGeneration: cache.homedGenerationOf(at),
      freshUntilSeconds: cache.freshUntilOf(at),
    }
  }

  /** Whether what was answered under a mark would be answered again; counted as a hit if so. */
  holds(mark: AnswerMark): boolean {
    const { freshUntilSeconds } = mark
    const holds = this.stands(mark) &&
      (freshUntilSeconds === NEVER_STALE || freshUntilSeconds > this.#parts.clock.nowSeconds())
    if (holds) this.#hits.add()
    return holds
  }

  /** Whether nothing has changed since a mark was made, whatever the time is. */
  stands({ slot, generation, homedGeneration }: ElsewhereMark): boolean {
    const { generations } = this.#parts
    return generation === generations.get(slot) &&
      homedGeneration === generations.get(this.#homedSlot)
  }

  /** The same of an answer in memory, which must not be too old either. */
  isCurrent(cache: AnswerCache, at: number, nowSeconds: number): boolean {
    const { generations } = this.#parts
    if (cache.generationOf(at) !== generations.get(cache.slotOf(at))) return false
    if (cache.homedGenerationOf(at) !== generations.get(this.#homedSlot)) return false
    const freshUntil = cache.freshUntilOf(at)
    return freshUntil === NEVER_STALE || freshUntil > nowSeconds
  }

  /** The mark of an answer that is someone else's: dead too once there is a record here. */
  markFor(key: IdentifierKey, freshUntilSeconds: number): AnswerMark {
    const { generations } = this.#parts
    const slot = generations.slotOf(key)
    return {
      slot,
      generation: generations.get(slot),
      homedGeneration: generations.get(this.#homedSlot),
      freshUntilSeconds,
    }
  }

  /** The same: this resolver asks nobody else. */
  recurse(query: Query): Promise<Outcome> {
    return Promise.resolve(this.lookup(query))
  }

  /** One step: what the own records say. */
  trace(query: Query): Promise<Trace> {
    const { clock } = this.#parts
    const startedMs = clock.elapsedMs()
    const outcome = this.lookup(query)
    const tookMs = clock.elapsedMs() - startedMs
    const answer = formatOutcome(outcome)
    const step = { name: query.key, from: 'records', server: null, protocol: null } as const
    return Promise.resolve({
      identifier: query.key,
      steps: [{ ...step, answer, tookMs }],
      kind: outcome.kind,
      outcome: answer,
      tookMs,
    })
  }

  /** Whether names under a prefix (folded) are answered for here. */
  isHomed(prefix: string): boolean {
    return this.#homedPrefixes().has(prefix)
  }

  #homedPrefixes(): PrefixSet {
    const generation = this.#parts.generations.get(this.#homedSlot)
    if (generation !== this.#homedGeneration) {
      this.#homed = new PrefixSet(this.#parts.store.loadHomedPrefixes())
      this.#homedGeneration = generation
    }
    return this.#homed
  }

  /** Without a record here a name is absent, referred elsewhere, or not ours (§9.5). */
  #orElsewhere(
    outcome: Outcome | FoundInPlace, key: KeyBytes, terms: QueryTerms,
  ): OutcomeInPlace {
    if (outcome !== ABSENT && outcome !== NOT_HOMED) return this.#inPlace(outcome)
    const { text } = key
    // A name under a homed prefix has no one else to ask, but for the records of prefixes.
    if (outcome === ABSENT && prefixOfRecordKey(text) === undefined) return ABSENT
    try {
      // Nor does a node that only asks others know whom to ask.
      if (this.#homedPrefixes().isEmpty) return outcome
      const referral = this.#delegations.referralFor(text)
      if (referral === undefined) return outcome
      return referral.kind === 'referral' && !terms.mayRefer ? NOT_HOMED : referral
    } catch (error) {
      this.#parts.onStoreError(error)
      return STORE_FAILED
    }
  }

  #inPlace(outcome: Outcome | FoundInPlace): OutcomeInPlace {
    return outcome.kind !== 'found' || outcome instanceof FoundInPlace
      ? outcome
      : this.#found.set(outcome)
  }

  /** Reads one name from the store and remembers it, unless the store fails. */
  #read(key: KeyBytes): CachedAnswer | NotHomed | Failed {
    try {
      const kept = this.#keptPrefixRecord(key.text)
      // One with an absolute TTL says how much of it is left now.
      const answer = kept?.freshUntilSeconds === NEVER_STALE ? kept : this.#load(key.text)
      // Names that are not homed come from strangers without end and cost no look-up: not kept.
      if (!('kind' in answer)) this.#parts.cache.set(key, answer)
      return answer
    } catch (error) {
      this.#parts.onStoreError(error)
      return STORE_FAILED
    }
  }

  /** The record of a prefix, as an object that stays the same while the record does. */
  #prefixRecord(key: IdentifierKey): PrefixRecord {
    if (!isKeyHomed(key, this.#homedPrefixes())) return NO_PREFIX_RECORD
    const kept = this.#keptPrefixRecord(key)
    if (kept !== undefined) return kept
    const answer = this.#load(key)
    return 'kind' in answer ? NO_PREFIX_RECORD : this.#prefixRecords.set(key, answer)
  }

  /** What was read of a prefix a moment ago on the way to a name, while it stands. */
  #keptPrefixRecord(key: IdentifierKey): KeptRecord | undefined {
    if (!isPrefixRecordKey(key)) return undefined
    const kept = this.#prefixRecords.get(key)
    return kept !== undefined && this.stands(kept) ? kept : undefined
  }

  #load(key: IdentifierKey): CachedAnswer | NotHomed {
    const { store, clock, generations, isOwnKey } = this.#parts
    // Before the store is read: a change that comes in between makes the entry dead at once.
    const homedGeneration = generations.get(this.#homedSlot)
    const own = isKeyHomed(key, this.#homedPrefixes()) && (isOwnKey === null || isOwnKey(key))
    if (!own) return NOT_HOMED
    const slot = generations.slotOf(key)
    const generation = generations.get(slot)
    const block = store.findBlock(key)
    if (block === undefined) {
      return {
        slot, generation, homedGeneration, block: null,
        publicOutcome: ABSENT, fullOutcome: ABSENT, freshUntilSeconds: NEVER_STALE,
      }
    }
    const nowSeconds = clock.nowSeconds()
    const full = selectValues(block, null, null, false, nowSeconds)
    const fullOutcome = outcomeOf(full)
    const publicOutcome =
      full.restrictedCount === 0
        ? fullOutcome
        : outcomeOf(selectValues(block, null, null, true, nowSeconds))
    const freshUntilSeconds = full.absolute ? nowSeconds + 1 : NEVER_STALE
    return {
      slot, generation, homedGeneration, block, publicOutcome, fullOutcome, freshUntilSeconds,
    }
  }
}

function outcomeOf(selection: Selection): RecordOutcome {
  if (selection.restrictedCount > 0) {
    return selection.unreadable ? READABLE_BY_NOBODY : NEEDS_ADMINISTRATOR
  }
  if (selection.count === 0) return NO_VALUES
  return { kind: 'found', block: selection.block, ttlSeconds: selection.ttlSeconds }
}
