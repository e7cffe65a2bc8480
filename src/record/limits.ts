/** Values of one record: what the peers' decoder accepts. */
export const VALUE_COUNT_MAX = 2048
/** Longest single string or byte block inside a value or a message: the peers' limit. */
export const BLOCK_BYTES_MAX = 1_048_576
/** References of one value: bounded by the smallest reference (8 bytes) in a full message. */
export const REFERENCE_COUNT_MAX = 32_768
/** TTL of a value when none is given: one day, the peers' default. */
export const TTL_SECONDS_DEFAULT = 86_400
/** Longest time that any answer may be cached: two days, beyond which clients ignore a TTL. */
export const TTL_SECONDS_MAX = 172_800
/** Bytes of one record's encoded values: it must fit one message beside header and name. */
export const RECORD_BYTES_MAX = 262_144 - 24 - 4 - 2048 - 8
/** Attributes of one site, and servers of one site: far above any real one (a few dozen). */
export const SITE_ATTRIBUTE_COUNT_MAX = 1_024
export const SITE_SERVER_COUNT_MAX = 1_024
/** Interfaces of one server: three transports of two kinds are usual. */
export const SITE_INTERFACE_COUNT_MAX = 256
/** Bytes of one number inside a key: 16384 bits and a sign byte, the largest that tools make. */
export const KEY_NUMBER_BYTES_MAX = 2_049
/** Rounds of key stretching that a file with a private key may ask for; peers use 10,000. */
export const KEY_FILE_ROUNDS_MAX = 10_000_000
/** Largest index of a value that peers, who count in 31 bits, can tell from a negative one. */
export const INDEX_MAX = 0x7fffffff
