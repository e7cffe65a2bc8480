/** How long an exchange may take altogether when its caller names no time. */
export const EXCHANGE_TIMEOUT_MS_DEFAULT = 5_000
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
