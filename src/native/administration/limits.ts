/** How long a challenge may wait for its answer: people don't type here, programs answer. */
export const CHALLENGE_TIMEOUT_MS = 60_000
/** Challenges outstanding, of all clients and of one: a busy client keeps 64 in flight. */
export const CHALLENGE_COUNT_MAX = 16_384
export const CHALLENGES_PER_CLIENT_MAX = 1_024
/** Requests that a client may send into a session at once before it has answered a challenge. */
export const CHALLENGES_PER_SESSION_MAX = 8
/** Bytes of all requests that wait for their challenge's answer: 64 MiB. */
export const CHALLENGE_BYTES_MAX = 67_108_864
/** Bytes of a challenge's nonce, as the peers send it. */
export const NONCE_BYTES = 16
/** Sessions at one time: some 20 MB. */
export const SESSION_COUNT_MAX = 16_384
/** Life of a session at most: a day, as the peers have it. */
export const SESSION_TIMEOUT_MS_MAX = 86_400_000
/** A session in which nobody has proven anything is forgotten after this. */
export const UNPROVEN_SESSION_TIMEOUT_MS = 300_000
/** Sessions that one client may open at once, and how soon one more: each costs some 3 ms. */
export const SESSION_OPENINGS_MAX = 256
export const SESSION_OPENINGS_PER_SECOND = 16
/** Clients whose openings are remembered. */
export const CLIENTS_REMEMBERED_MAX = 65_536
/** Counters behind a session's highest that may still come in, as the peers have it. */
export const COUNTER_WINDOW = 200
/** Names in one message of a listing, as the peers have it. */
export const NAMES_PER_MESSAGE = 50
/** Long listings under way; beyond it the oldest is broken off. */
export const LISTING_COUNT_MAX = 1_024
/** Bytes of our secret exponent when a session is agreed on: 256 bits. */
export const EXPONENT_BYTES = 32
/** Bytes of an initialisation vector of AES. */
export const IV_BYTES = 16
