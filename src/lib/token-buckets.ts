import type { Clock } from './clock.ts'

export interface TokenBucketLimits {
  /** What a key may take at once. */
  readonly capacity: number
  /** How soon it comes back. */
  readonly perSecond: number
  /** Keys that are remembered; beyond it the one that took longest ago is forgotten. */
  readonly keyCountMax: number
}

interface Bucket {
  tokens: number
  filledMs: number
}

/** How often something may happen for each of many keys, such as clients' addresses. */
export class TokenBuckets {
  readonly #limits: TokenBucketLimits
  readonly #clock: Pick<Clock, 'elapsedMs'>
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: TokenBucketLimits, clock: Pick<Clock, 'elapsedMs'>) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Keys that are remembered now. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token. @returns whether there was one */
  take(key: string): boolean {
    const bucket = this.#bucketOf(key)
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  /** Gives back a token that was taken for something that did not happen. */
  giveBack(key: string): void {
    const bucket = this.#bucketOf(key)
    bucket.tokens = Math.min(this.#limits.capacity, bucket.tokens + 1)
    if (bucket.tokens === this.#limits.capacity) this.#buckets.delete(key)
  }

  /** The key's bucket, filled up to now and moved to the end of those to be forgotten. */
  #bucketOf(key: string): Bucket {
    const { capacity, perSecond, keyCountMax } = this.#limits
    const nowMs = this.#clock.elapsedMs()
    const known = this.#buckets.get(key)
    const bucket = known ?? { tokens: capacity, filledMs: nowMs }
    bucket.tokens = Math.min(
      capacity, bucket.tokens + ((nowMs - bucket.filledMs) / 1000) * perSecond)
    bucket.filledMs = nowMs
    if (known !== undefined) this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > keyCountMax) {
      const oldest = this.#buckets.keys().next()
      if (oldest.done !== true) this.#buckets.delete(oldest.value)
    }
    return bucket
  }
}
