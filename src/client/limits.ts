/** First wait before a datagram is sent again; doubled each time. Three sends fit in a second. */
export const UDP_RETRY_MS = 300
/** Times that a request is sent at most: more would not help and looks like an attack. */
export const UDP_SEND_COUNT_MAX = 5
/** Datagrams looked at in one exchange: five times the longest answer, then it is a flood. */
export const UDP_DATAGRAM_COUNT_MAX = 2_665
/**
 * Longest body of an HTTP answer: a full record (256 KiB), each byte spelt as a six-byte JSON
 * escape, and as much again for names and punctuation.
 */
export const HTTP_BODY_BYTES_MAX = 4_194_304
/** Longest text of the other side that is passed on in a message for people. */
export const PEER_TEXT_LENGTH_MAX = 200

/** When an answer of a server that was never measured is late: as RFC 8305 has it for IPv6. */
export const HEDGE_MS_DEFAULT = 250
/** A second request sooner than this would double the load of every quick server. */
export const HEDGE_MS_MIN = 20
/** Nobody waits longer than this for the first server before the second is asked. */
export const HEDGE_MS_MAX = 1_000
/** A measured time counts this long; then the server gets a chance to show a better one. */
export const MEASURED_LIFE_MS = 300_000
/** Failures in a row after which a server is left alone for a while. */
export const BREAKER_FAILURE_COUNT = 5
/**
 * First pause of a server that fails; doubled each time, up to the second figure: a server that
 * is back is found again within a client's patience, and one question in that time is no load.
 */
export const BREAKER_PAUSE_MS = 500
export const BREAKER_PAUSE_MS_MAX = 4_000
/** Servers that measurements are kept of: more than a national registry has. */
export const SERVER_COUNT_MAX = 10_000
/** Time that a server has by UDP before TCP is tried: three sends. */
export const UDP_ANSWER_MS = 1_000
/** Datagram sockets of one thread, one for each request: a quarter of the usual limit on files. */
export const UDP_SOCKET_COUNT_MAX = 256
/** Requests under way with one server beyond which they share a TCP connection. */
export const UDP_CONCURRENCY_MAX = 4
/** Questions in a second from which on a server is worth a connection: a socket each costs more. */
export const OFTEN_ASKED_COUNT = 10
/** Requests waiting on one shared connection: beyond it the server is no longer keeping up. */
export const CHANNEL_PENDING_MAX = 4_096
/** Connections to a server that answers one request on each. */
export const CHANNEL_CONNECTION_COUNT_MAX = 16
/**
 * A shared connection without requests is kept this long, up to twice as long when it is looked at
 * just before: less than servers keep theirs.
 */
export const CHANNEL_IDLE_MS = 20_000
/** Memory that answers over TCP are read into, one for all connections of a thread. */
export const CHANNEL_READ_BYTES = 65_536
/** A frame that has begun to come must be whole by then, or the connection is given up. */
export const CHANNEL_FRAME_MS = 2_000
/** Messages on one connection that nobody waits for, then it is a flood. */
export const CHANNEL_UNASKED_COUNT_MAX = 100
/** Connections over HTTP to one server. */
export const HTTP_CONNECTION_COUNT_MAX = 16
/** Sites kept decoded: more than a national registry has nodes; and the longest of them. */
export const KNOWN_SITE_COUNT_MAX = 10_000
export const KNOWN_SITE_BYTES_MAX = 2_048
/** Sites, and addresses of all of them, that one record may send a question to. */
export const SITE_COUNT_MAX = 16
export const TARGET_COUNT_MAX = 16
/** Servers that one question is put to at most, one after the other. */
export const ATTEMPT_COUNT_MAX = 4
/** Longest line about one registration of a stream: 50 broken rules, each with its place. */
export const ANSWER_LINE_CHARACTERS_MAX = 262_144
/** Entries asked for at once in a list of a desk, and of those that may each be a quarter MiB. */
export const DESK_PAGE_COUNT = 100
export const DESK_LONG_PAGE_COUNT = 10
/** Random bytes of a key that names one creation. */
export const IDEMPOTENCY_KEY_BYTES = 18
