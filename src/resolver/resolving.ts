import type { IdentifierKey } from '../identifier/identifier.ts'
import type { KeyBytes } from '../identifier/key-bytes.ts'
import type { Outcome } from '../record/outcome.ts'
import type { Trace } from '../record/trace.ts'
import type { Query, QueryTerms } from './query.ts'
import type { AnswerMark, OutcomeInPlace } from './resolver.ts'

/** What the doors ask, whether or not this node asks others in turn. */
export interface Resolving {
  /**
   * What is at hand; synchronous.
   * @returns undefined when it takes other nodes to tell: see `recurse`
   */
  lookup(query: Query): Outcome | undefined
  /**
   * As `lookup`, but what it found may be the cache's memory, good until the next look-up.
   * @param nowSeconds since 1970: a door asks the clock once for all that it has in hand
   */
  peek(key: KeyBytes, terms: QueryTerms, nowSeconds: number): OutcomeInPlace | undefined
  /**
   * Finds out what `lookup` had not at hand. Never rejects, never later than the deadline.
   * @param deadlineMs on the clock's elapsed time; without one the node's own setting counts
   */
  recurse(query: Query, deadlineMs?: number): Promise<Outcome>
  /**
   * What the answer just looked up rests on, so that the same answer may be given again while
   * that holds. Undefined when it must not be kept.
   */
  markOf(key: IdentifierKey): AnswerMark | undefined
  /** Whether what was answered under a mark would be answered again. */
  holds(mark: AnswerMark): boolean
  /** The way to an answer, step by step, as this node goes it now. Never rejects. */
  trace(query: Query): Promise<Trace>
}
