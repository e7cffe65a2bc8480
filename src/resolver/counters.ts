/** What the resolver counts; the names are a closed set. */
export const RESOLVER_COUNTERS = ['cache_lookups_hit_total', 'cache_lookups_miss_total'] as const

export type ResolverCounter = (typeof RESOLVER_COUNTERS)[number]
