import { AnswerCache } from '../cache/answer-cache.ts'
import type { FoundInPlace } from '../cache/found-in-place.ts'
import type { ElsewhereMark } from '../cache/recursed-cache.ts'
import type { KeyBytes } from '../identifier/key-bytes.ts'
import type { Clock } from '../lib/clock.ts'
import type { Tally } from '../lib/counters.ts'
import type { Found } from '../record/outcome.ts'
import { HOT_ANSWER_SECONDS } from './limits.ts'
import type { QueryTerms } from './query.ts'
import type { Resolver } from './resolver.ts'

/** Fresh, and of others; how long it is fresh the remembered answer knows. */
const OF_OTHERS = Object.freeze({ stale: false, freshUntilMs: 0 })

export interface HotAnswersParts {
  /** Memory for them; they are remembered elsewhere too. */
  readonly bytesMax: number
  readonly own: Pick<Resolver, 'isCurrent'>
  readonly clock: Clock
  readonly hits: Tally
}

/**
 * Answers of other nodes that are asked for again and again, packed like the own ones, so that
 * they cost no more. Each is good for a moment; then it is looked up among all that is remembered,
 * where its demand is counted and its time kept.
 */
export class HotAnswers {
  readonly #parts: HotAnswersParts
  readonly #cache: AnswerCache

  constructor(parts: HotAnswersParts) {
    this.#parts = parts
    this.#cache = new AnswerCache(parts.bytesMax)
  }

  /** What was found for the usual question, in place: good until the next `keep`. */
  find(
    key: KeyBytes, { indexes, types }: QueryTerms, nowSeconds: number,
  ): FoundInPlace | undefined {
    if (indexes !== null || types !== null) return undefined
    const { own, hits } = this.#parts
    const at = this.#cache.find(key)
    if (at < 0 || !own.isCurrent(this.#cache, at, nowSeconds)) return undefined
    const outcome = this.#cache.outcomeOf(at, true)
    if (outcome.kind !== 'found') return undefined
    hits.add()
    outcome.recursed = OF_OTHERS
    return outcome
  }

  /** @param mark where the own records stood when they had nothing of the name */
  keep(key: KeyBytes, found: Found, mark: ElsewhereMark): void {
    const { slot, generation, homedGeneration } = mark
    this.#cache.set(key, {
      slot, generation, homedGeneration,
      block: found.block, publicOutcome: found, fullOutcome: found,
      freshUntilSeconds: this.#parts.clock.nowSeconds() + HOT_ANSWER_SECONDS,
    })
  }
}
