/** Open TCP connections of one listener; beyond it a new one is closed at once. */
export const CONNECTION_COUNT_MAX = 10_000
/** A connection that asked more than once, or said keep-alive, may be silent this long. */
export const IDLE_TIMEOUT_MS = 60_000
/** One that asked once waits this long: clients of the old kind read until the end. */
export const ONE_SHOT_IDLE_TIMEOUT_MS = 2_000
/** A frame that has begun must be complete by then, so that slow senders hold nothing. */
export const FRAME_TIMEOUT_MS = 15_000
/** How often idle connections are looked for. */
export const IDLE_CHECK_INTERVAL_MS = 500
/** Answers waiting in a socket; beyond it nothing is read, and what was read is told "busy". */
export const UNSENT_BYTES_MAX = 16_777_216
/** First size of the memory that answers are put together in. */
export const ANSWER_BUFFER_BYTES = 262_144
/** Answers gathered before they are handed to the socket, within one chunk of requests. */
export const WRITE_BYTES_MAX = 262_144
/**
 * Answers of this size are sent from where they were put together; smaller ones are copied out,
 * since a slow reader would keep the whole memory for a few bytes.
 */
export const IN_PLACE_BYTES_MIN = 32_768
/** Receive buffer asked of the system for UDP: a burst of some 10,000 small requests. */
export const UDP_RECEIVE_BUFFER_BYTES = 4_194_304
/** How long a stop waits for answers on their way. */
export const DRAIN_TIMEOUT_MS = 2_000
/**
 * Messages of one connection that wait for the slow answerer: four times the 64 that a busy
 * client keeps in flight. Beyond it, and for what is ready behind them, the answer is "busy".
 */
export const DEFERRED_PER_CONNECTION_MAX = 256
/** Answers of one connection, ready or not, that wait behind a deferred one. */
export const QUEUED_ANSWERS_MAX = 1_024
/** Deferred messages of one thread: 16 busy connections, or 64 seconds of one that signs. */
export const DEFERRED_COUNT_MAX = 4_096
/** One answer in so many is timed: reading the clock twice for each would cost more than 3 %. */
export const LATENCY_SAMPLE_EVERY = 64
