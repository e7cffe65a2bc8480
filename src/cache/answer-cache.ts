import { LRUCache } from 'lru-cache'
import type { Outcome } from '../record/outcome.ts'
import type { IdentifierKey } from '../identifier/identifier.ts'

/** What is remembered of one name: ready outcomes, and the generations they were read at. */
export interface CachedAnswer {
  /** The name's counter in the generation table, and its count when the store was read. */
  readonly slot: number
  readonly generation: number
  /** The count of the homed prefixes at that time. */
  readonly homedGeneration: number
  /** int4 count and all encoded values, for questions with filters; null for an absent name. */
  readonly block: Buffer | null
  /** The answers to the two usual questions, without filters. */
  readonly publicOutcome: Outcome
  readonly fullOutcome: Outcome
  /** When a TTL in it has to be worked out anew, because a value has an absolute one. */
  readonly freshUntilSeconds: number
}

/** Bytes that one entry takes beside its block: objects, map slots, the key. Measured, rounded. */
const ENTRY_OVERHEAD_BYTES = 400

/** Answers of one thread in memory, bounded in bytes; the least recently used go first. */
export class AnswerCache {
  readonly #entries: LRUCache<IdentifierKey, CachedAnswer>

  /** @param bytesMax more than 0 */
  constructor(bytesMax: number) {
    this.#entries = new LRUCache<IdentifierKey, CachedAnswer>({
      maxSize: bytesMax,
      sizeCalculation: (answer, key) => sizeOf(answer, key),
    })
  }

  get(key: IdentifierKey): CachedAnswer | undefined {
    return this.#entries.get(key)
  }

  set(key: IdentifierKey, answer: CachedAnswer): void {
    this.#entries.set(key, answer)
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get count(): number {
    return this.#entries.size
  }
}

function sizeOf(answer: CachedAnswer, key: IdentifierKey): number {
  const block = answer.block?.length ?? 0
  const other = answer.publicOutcome.kind === 'found' ? answer.publicOutcome.block : null
  const copy = other === null || other === answer.block ? 0 : other.length
  return ENTRY_OVERHEAD_BYTES + key.length * 2 + block + copy
}
