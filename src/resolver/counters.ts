import type { FailureReason } from '../record/outcome.ts'

/** What the resolver counts; the names are a closed set. */
export const RESOLVER_COUNTERS = ['cache_lookups_hit_total', 'cache_lookups_miss_total'] as const

export type ResolverCounter = (typeof RESOLVER_COUNTERS)[number]

/** What recursion counts; the names are a closed set. */
export type RecursionCounter =
  | `recursion_failures_${Exclude<FailureReason, 'store'>}_total`
  | 'recursion_hits_total'
  | 'recursion_walks_total'
  | 'recursion_joined_total'
  | 'recursion_stale_total'
  | 'recursion_refreshes_total'
  | 'recursion_refetches_total'

const FAILURES = ['busy', 'upstream', 'deadline', 'recursion'] as const

export const RECURSION_COUNTERS: readonly RecursionCounter[] = [
  ...FAILURES.map((reason) => `recursion_failures_${reason}_total` as const),
  'recursion_hits_total',
  'recursion_walks_total',
  'recursion_joined_total',
  'recursion_stale_total',
  'recursion_refreshes_total',
  'recursion_refetches_total',
]
