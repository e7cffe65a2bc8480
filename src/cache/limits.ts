/**
 * Memory for which the index has one slot: half of what a usual entry takes, so that buckets are
 * seldom full. The index itself takes 8 of these bytes.
 */
export const BYTES_PER_SLOT = 100
/** The largest share of the memory that one entry may take; a larger one is not kept. */
export const ENTRY_SHARE_MAX = 1 / 8
/** Entries that may be moved to make room for one: bounds what one request has to wait for. */
export const SECOND_CHANCE_COUNT_MAX = 8
/** Most memory of one thread's answers; the index's 32-bit places reach twice as far. */
export const CACHE_BYTES_MAX = 8_589_934_592
/** Prefix records kept as objects, in number and bytes: more than one node has under it. */
export const PREFIX_RECORD_COUNT_MAX = 10_000
export const PREFIX_RECORD_BYTES_MAX = 16_777_216
