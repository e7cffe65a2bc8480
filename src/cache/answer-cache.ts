import type { KeyBytes } from '../identifier/key-bytes.ts'
import {
  ABSENT,
  type Absent,
  type Found,
  NEEDS_ADMINISTRATOR,
  NO_VALUES,
  type NoValues,
  READABLE_BY_NOBODY,
  type Restricted,
} from '../record/outcome.ts'
import { FoundInPlace } from './found-in-place.ts'
import { CACHE_BYTES_MAX } from './limits.ts'
import { Slab } from './slab.ts'

/** What can be known of a name from its record alone. */
export type RecordOutcome = Found | Absent | NoValues | Restricted

/** What is remembered of one name: ready outcomes, and the generations they were read at. */
export interface CachedAnswer {
  /** The name's counter in the generation table, and its count when the store was read. */
  readonly slot: number
  readonly generation: number
  /** The count of the homed prefixes at that time. */
  readonly homedGeneration: number
  /** int4 count and all encoded values, for questions with filters; null for an absent name. */
  readonly block: Buffer | null
  /** The answers to the two usual questions, without filters: found, or without details. */
  readonly publicOutcome: RecordOutcome
  readonly fullOutcome: RecordOutcome
  /** When a TTL in it has to be worked out anew (an absolute one shrinks), or NEVER_STALE. */
  readonly freshUntilSeconds: number
}

export const NEVER_STALE = 0xffffffff

/*
 * One answer, behind its key:
 *
 *    0 generation slot   4 generation        8 homed generation   12 fresh until
 *   16 TTL, public      20 public outcome (1)  21 full outcome (1)
 *   22 bytes of block (-1: none)            26 bytes of public block (-1: the block itself)
 *   30 block … public block …
 */
const AT = {
  slot: 0, generation: 4, homedGeneration: 8, freshUntil: 12, ttl: 16,
  publicOutcome: 20, fullOutcome: 21, blockBytes: 22, publicBytes: 26, block: 30,
} as const

/** Outcomes by their number in an entry; found is the last. */
const OUTCOMES: readonly Exclude<RecordOutcome, Found>[] = [
  ABSENT, NO_VALUES, NEEDS_ADMINISTRATOR, READABLE_BY_NOBODY,
]
const FOUND = OUTCOMES.length

/**
 * Answers of one thread in memory, bounded in bytes; those not used for longest go first. An
 * answer is named by its place, a number that is good until the next `set`.
 */
export class AnswerCache {
  readonly #slab: Slab
  readonly #found = new FoundInPlace()

  /** @param bytesMax of answers, keys and index; more than CACHE_BYTES_MAX is not used */
  constructor(bytesMax: number) {
    this.#slab = new Slab(Math.min(bytesMax, CACHE_BYTES_MAX))
  }

  /** @returns the answer's place, or -1 */
  find(key: KeyBytes): number {
    return this.#slab.find(key)
  }

  slotOf(at: number): number {
    return this.#slab.view.getInt32(at + AT.slot)
  }

  generationOf(at: number): number {
    return this.#slab.view.getInt32(at + AT.generation)
  }

  homedGenerationOf(at: number): number {
    return this.#slab.view.getInt32(at + AT.homedGeneration)
  }

  freshUntilOf(at: number): number {
    return this.#slab.view.getUint32(at + AT.freshUntil)
  }

  /** The answer without filters. What it found is good until the next `outcomeOf` or `set`. */
  outcomeOf(at: number, publicOnly: boolean): FoundInPlace | Exclude<RecordOutcome, Found> {
    const { view, bytes } = this.#slab
    const number = view.getUint8(at + (publicOnly ? AT.publicOutcome : AT.fullOutcome))
    const plain = OUTCOMES[number]
    if (plain !== undefined) return plain
    let start = at + AT.block
    let length = view.getInt32(at + AT.blockBytes)
    const publicBytes = view.getInt32(at + AT.publicBytes)
    if (publicOnly && publicBytes >= 0) {
      start += length
      length = publicBytes
    }
    const found = this.#found
    found.source = bytes
    found.start = start
    found.end = start + length
    found.ttlSeconds = view.getInt32(at + AT.ttl)
    return found
  }

  /** All values, as a view that is good until the next `set`; null for an absent name. */
  blockOf(at: number): Buffer | null {
    const { view, bytes } = this.#slab
    const length = view.getInt32(at + AT.blockBytes)
    return length < 0 ? null : bytes.subarray(at + AT.block, at + AT.block + length)
  }

  /** Remembers an answer, unless it is too large for that. */
  set(key: KeyBytes, answer: CachedAnswer): void {
    const { block, publicOutcome, fullOutcome } = answer
    const found = publicOutcome.kind === 'found' ? publicOutcome : null
    const own = found === null || found.block === block ? null : found.block
    const blockBytes = block?.length ?? 0
    const at = this.#slab.add(key, AT.block + blockBytes + (own?.length ?? 0))
    if (at < 0) return
    const { view, bytes } = this.#slab
    view.setInt32(at + AT.slot, answer.slot)
    view.setInt32(at + AT.generation, answer.generation)
    view.setInt32(at + AT.homedGeneration, answer.homedGeneration)
    view.setUint32(at + AT.freshUntil, answer.freshUntilSeconds)
    view.setInt32(at + AT.ttl, found?.ttlSeconds ?? 0)
    view.setUint8(at + AT.publicOutcome, numberOf(publicOutcome))
    view.setUint8(at + AT.fullOutcome, numberOf(fullOutcome))
    view.setInt32(at + AT.blockBytes, block === null ? -1 : blockBytes)
    view.setInt32(at + AT.publicBytes, own?.length ?? -1)
    block?.copy(bytes, at + AT.block)
    own?.copy(bytes, at + AT.block + blockBytes)
  }

  get bytes(): number {
    return this.#slab.usedBytes
  }

  get count(): number {
    return this.#slab.count
  }
}

function numberOf(outcome: RecordOutcome): number {
  return outcome.kind === 'found' ? FOUND : OUTCOMES.indexOf(outcome)
}
