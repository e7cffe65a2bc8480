import { LRUCache } from 'lru-cache'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { CachedAnswer } from './answer-cache.ts'
import { PREFIX_RECORD_BYTES_MAX, PREFIX_RECORD_COUNT_MAX } from './limits.ts'

/**
 * The few records that are worked on as objects: those of prefixes, which say where else to ask.
 * As long as one is kept its block is the same Buffer, so what was made of it can be kept with it.
 */
export class RecordCache {
  readonly #entries = new LRUCache<IdentifierKey, CachedAnswer>({
    max: PREFIX_RECORD_COUNT_MAX,
    maxSize: PREFIX_RECORD_BYTES_MAX,
    sizeCalculation: (answer, key) => 1 + key.length + (answer.block?.length ?? 0),
  })

  get(key: IdentifierKey): CachedAnswer | undefined {
    return this.#entries.get(key)
  }

  set(key: IdentifierKey, answer: CachedAnswer): void {
    this.#entries.set(key, answer)
  }
}
