/** Longest line of an import: twice the largest record, since JSON writes binary data longer. */
export const LINE_BYTES_MAX = 1_048_576
/**
 * Lines of an import that share one transaction and one fsync. A page of the records' tree is
 * written once for all of them that it holds: with a fifth of that, all costs half as much again.
 */
export const IMPORT_BATCH_RECORDS = 100_000
/** Lines that share one where the writer would wait for more: at first, mostly. */
export const IMPORT_BATCH_RECORDS_MIN = 20_000
/** Bytes of records that share one transaction, so that large records bound memory too. */
export const IMPORT_BATCH_BYTES = 67_108_864
/** How long lines wait for more to share their transaction, where they come slowly. */
export const IMPORT_BATCH_MS = 2_000
/** Groups within groups, followed from an HS_ADMIN value: deeper ones are mistakes or mischief. */
export const GROUP_DEPTH_MAX = 10
/** Members of all those groups that are looked at: some 1,000 administrators of one record. */
export const GROUP_MEMBERS_MAX = 1_000
/** Commands that share one transaction: above it a commit takes longer than its fsync. */
export const WRITE_BATCH_COMMANDS = 1_024
/** Bytes of records that share one transaction. */
export const WRITE_BATCH_BYTES = 33_554_432
/** Commands that wait for the writer; beyond it a command is told "busy". */
export const WRITE_QUEUE_MAX = 8_192
/** Records whose values the writer remembers, and how large one may be: 32 MiB at most. */
export const REMEMBERED_COUNT_MAX = 1_024
export const REMEMBERED_BYTES_MAX = 32_768
/** Names that one listing command gives at most, so that no listing is held in memory whole. */
export const LISTED_NAMES_MAX = 10_000
/** Names that are passed over or counted in one go before others get their turn: some 10 ms. */
export const LISTING_STEP_NAMES = 10_000
/** How long the home of a key or group may take to answer before it counts as unreachable. */
export const FETCH_TIMEOUT_MS = 5_000
/** Rounds of reading groups elsewhere for one command: one for each level of groups. */
export const FETCH_ROUNDS_MAX = GROUP_DEPTH_MAX
/** Groups elsewhere that are read for one command: each costs a request to someone else. */
export const FETCH_COUNT_MAX = 32
/** Failed authentications of one client that are free, and how soon one more is: 1,200 an hour. */
export const AUTHENTICATION_FAILURES_MAX = 30
export const AUTHENTICATION_FAILURES_PER_SECOND = 1 / 3
/** Clients whose failures are remembered: 10 MB at most. */
export const CLIENTS_REMEMBERED_MAX = 65_536
/** Proofs being checked at one time: each may cost a thread some 50 ms of stretching. */
export const PROOF_CHECKS_MAX = 256
/** HTTP sessions at one time: some 10 MB. */
export const HTTP_SESSIONS_MAX = 10_000
/** Sessions that one client may open at once, and how soon one more. */
export const SESSION_OPENINGS_MAX = 64
export const SESSION_OPENINGS_PER_SECOND = 8
/** An HTTP session that nobody has proven anything to is forgotten after this. */
export const UNPROVEN_SESSION_TIMEOUT_MS = 60_000
/** A proven one that is not used, as the peers have it. */
export const HTTP_SESSION_TIMEOUT_MS = 1_800_000
/** How much a secret is stretched before a proof of it goes to its home: what peers do. */
export const STRETCHING_ROUNDS = 10_000
export const STRETCHED_KEY_BITS = 160
/** Bytes of the server's and of the longest client's nonce. */
export const NONCE_BYTES = 16
