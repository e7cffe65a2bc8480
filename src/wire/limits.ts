/** Longest message after its envelope: the peers' limit. */
export const MESSAGE_BYTES_MAX = 262_144
/** Longest UDP datagram that peers read, envelope included. */
export const DATAGRAM_BYTES_MAX = 512
/** Message bytes that one datagram carries beside its 20-byte envelope. */
export const DATAGRAM_PAYLOAD_BYTES_MAX = 492
/** Datagrams that a whole message needs at most: ceil(MESSAGE_BYTES_MAX / 492). */
export const DATAGRAM_COUNT_MAX = 533
/** Indexes or types that one question may list: more than a record can hold values. */
export const FILTER_COUNT_MAX = 2048
/** How long the parts of a fragmented request wait for the missing ones, as the peers do. */
export const REASSEMBLY_TIMEOUT_MS = 5_000
/** Fragmented requests being put together at one time; beyond it the oldest is given up. */
export const REASSEMBLY_COUNT_MAX = 64
/** Bytes that all incomplete requests of one listener may hold together. */
export const REASSEMBLY_BYTES_MAX = 4_194_304
/** Life of a response: twelve hours, as the peers set it. */
export const EXPIRATION_SECONDS = 43_200
/** Longest type name in a question; the field uses names of at most a few dozen bytes. */
export const TYPE_BYTES_MAX = 1_024
/** Handles that one answer lists: peers send at most 50, and a message holds no more than this. */
export const HANDLE_COUNT_MAX = 65_536
/** Rounds of key stretching that an answer to a challenge may ask of us; peers use 10,000. */
export const STRETCHING_ROUNDS_MAX = 100_000
/** Bits of the key that this stretching makes; peers use 160. */
export const STRETCHED_KEY_BITS_MAX = 4_096
/** Bits of the prime that a session is agreed on with: peers use 1024, below 768 is broken. */
export const PRIME_BITS_MIN = 768
/** Above it one agreement would take this thread more than some milliseconds. */
export const PRIME_BITS_MAX = 2_048
