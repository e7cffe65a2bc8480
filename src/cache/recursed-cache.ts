import { LRUCache } from 'lru-cache'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { Outcome } from '../record/outcome.ts'

/**
 * What other nodes said of one name. Times are on the clock that never goes back, in whole
 * milliseconds: V8 keeps those in the object itself, and any other number as one more.
 */
export interface RecursedAnswer {
  /** All public values, int4 count and encoded; null when it is absent or could not be found. */
  readonly block: Buffer | null
  /** The answer to the usual question, without filters. */
  readonly outcome: Outcome
  readonly fetchedMs: number
  readonly freshUntilMs: number
  /** From when on it is fetched anew ahead of time, should it be in demand. */
  readonly refreshFromMs: number
  /** Until when it may be shown, marked as stale, while nobody upstream answers. */
  readonly staleUntilMs: number
  /** How often it was asked for since it was fetched. */
  demandCount: number
  /** After a failed attempt to fetch it anew: not before then again. */
  retryFromMs: number
  /** Where the own records stood when they had nothing of this name; null: not looked at yet. */
  elsewhereAt: ElsewhereMark | null
}

/** Generations of the own records: as long as they stand, a name lives where it did. */
export interface ElsewhereMark {
  readonly slot: number
  readonly generation: number
  readonly homedGeneration: number
}

/** Bytes that one entry takes beside its block: objects, map slots. Measured, rounded. */
const ENTRY_OVERHEAD_BYTES = 500

/** What one thread has learnt from others, bounded in bytes; the least recently used go first. */
export class RecursedCache {
  readonly #entries: LRUCache<IdentifierKey, RecursedAnswer>

  /** @param bytesMax more than 0 */
  constructor(bytesMax: number) {
    this.#entries = new LRUCache<IdentifierKey, RecursedAnswer>({
      maxSize: bytesMax,
      sizeCalculation: (answer, key) =>
        ENTRY_OVERHEAD_BYTES + key.length * 2 + (answer.block?.length ?? 0),
    })
  }

  get(key: IdentifierKey): RecursedAnswer | undefined {
    return this.#entries.get(key)
  }

  set(key: IdentifierKey, answer: RecursedAnswer): void {
    this.#entries.set(key, answer)
  }

  delete(key: IdentifierKey): void {
    this.#entries.delete(key)
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get count(): number {
    return this.#entries.size
  }
}
