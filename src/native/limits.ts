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
/**
 * Bytes that UDP sends to a network for each byte from it, at most, in the long run: a usual
 * record is 3 to 12 times its request.
 */
export const ALLOWANCE_RATIO = 12
/** Bytes that UDP sends to a network in a second at most, however much it asks. */
export const ALLOWANCE_BYTES_PER_SECOND = 1_048_576
/** What a network may be sent at once: the largest message there is, in fragments. */
export const ALLOWANCE_BURST_BYTES = 280_000
/** What a network earns by waiting: so that a large record can be had now and then. */
export const ALLOWANCE_TRICKLE_BYTES_PER_SECOND = 1_024
/** Networks told apart, a power of two: 1 MiB of memory in each thread. */
export const ALLOWANCE_SLOT_COUNT = 65_536
/**
 * Resolutions of one connection that wait for other nodes: a busy client's names below a node
 * that has just fallen silent, at a thousand a second, until it is left alone.
 */
export const PASSED_ON_PER_CONNECTION_MAX = 4_096
/** Deferred messages of a thread that recurses: five such connections. */
export const PASSED_ON_COUNT_MAX = 20_480
