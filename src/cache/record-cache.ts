import { LRUCache } from 'lru-cache'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { Referral } from '../record/outcome.ts'
import type { CachedAnswer } from './answer-cache.ts'
import { PREFIX_RECORD_BYTES_MAX, PREFIX_RECORD_COUNT_MAX } from './limits.ts'

/** A record and whom it names for what is not here: undefined until asked, null for nobody. */
export interface KeptRecord extends CachedAnswer {
  service: Referral | null | undefined
  derived: Referral | null | undefined
}

/** The few records that are worked on as objects: prefixes', which say where else to ask. */
export class RecordCache {
  readonly #entries = new LRUCache<IdentifierKey, KeptRecord>({
    max: PREFIX_RECORD_COUNT_MAX,
    maxSize: PREFIX_RECORD_BYTES_MAX,
    sizeCalculation: (answer, key) => 1 + key.length + (answer.block?.length ?? 0),
  })

  get(key: IdentifierKey): KeptRecord | undefined {
    return this.#entries.get(key)
  }

  /** @returns what is kept from now on: what is worked out is written there */
  set(key: IdentifierKey, answer: CachedAnswer): KeptRecord {
    const kept = { ...answer, service: undefined, derived: undefined }
    this.#entries.set(key, kept)
    return kept
  }
}
