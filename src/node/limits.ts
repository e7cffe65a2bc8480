/** Memory for answers kept by all threads together; each has an equal share. */
export const ANSWER_CACHE_MEBIBYTES_DEFAULT = 256
/** Share of a thread's memory for answers that HTTP answers ready to send may take of it. */
export const REPLY_CACHE_SHARE = 0.25
/** Generation counters shared by all threads: 4 MiB, so that few names share one. */
export const GENERATION_SLOT_COUNT = 1_048_576
/** How long a resolver thread may take to start before the node gives up. */
export const WORKER_START_TIMEOUT_MS = 30_000
/** Wait before a thread that died is replaced; doubled each time, up to the second figure. */
export const WORKER_RESTART_DELAY_MS = 50
export const WORKER_RESTART_DELAY_MS_MAX = 5_000
/** How long a thread may take to drain when the node stops. */
export const WORKER_STOP_TIMEOUT_MS = 5_000
/**
 * Memory for new objects of a thread that recurses, in mebibytes: four times V8's usual. Walks make
 * garbage, and whenever it is collected some of them are held up.
 */
export const RECURSING_YOUNG_MEBIBYTES = 192
/** How often each thread tells how it stands, for metrics. */
export const STATE_INTERVAL_MS = 1_000
/** Identifiers of the demo registry. */
export const DEMO_PRODUCT_COUNT = 64_000
export const DEMO_SEED = 1
/** Resolver threads at most: far above the cores of today's machines, a guard against a slip. */
export const WORKER_COUNT_MAX = 256
/** Memory for answers at most: 1 TiB, likewise a guard against a slip. */
export const ANSWER_CACHE_MEBIBYTES_MAX = 1_048_576
/** Bits of the RSA key of a certificate that the node makes: what all clients take. */
export const CERTIFICATE_KEY_BITS = 2_048
/** Random bytes in a certificate's serial number: above the 64 bits that authorities must use. */
export const CERTIFICATE_SERIAL_BYTES = 15
/** Life of a certificate that the node makes: within what browsers accept (398 days). */
export const CERTIFICATE_VALIDITY_DAYS = 365
/** Rest of its life at which it is replaced: time enough for whoever has to spread it. */
export const CERTIFICATE_RENEWAL_DAYS = 30
/** How often the node looks whether its own certificate must be replaced. */
export const CERTIFICATE_RENEWAL_INTERVAL_MS = 86_400_000
/** How often each thread looks whether the files of a certificate have changed. */
export const CERTIFICATE_CHECK_INTERVAL_MS = 60_000
/** Calls of one thread to the main thread that are under way: as many as the writer queues. */
export const OFFICE_CALLS_MAX = 8_192
/** The country code of identifiers of the industrial internet in China. */
export const ROOT_PREFIX_DEFAULT = '88'
/** Where the first administrator's public key and secret stand in its record, as is usual. */
export const PUBLIC_KEY_INDEX = 300
export const SECRET_KEY_INDEX = 301
/** Memory for the answers that the main thread gives in sessions, in bytes. */
export const OFFICE_CACHE_BYTES = 4_194_304
/** Where its rights and the group of its keys stand. */
export const ADMIN_INDEX = 100
export const GROUP_INDEX = 200
/** Bytes of the first administrator's secret: nobody tries 2^192. */
export const ADMIN_SECRET_BYTES = 24
/** Bits of the node's own RSA key and of the first administrator's, as the peers make them. */
export const RSA_KEY_BITS = 2_048
/** How often the desk's counts of requests are saved: what a crash may lose of a day's count. */
export const DESK_SAVE_INTERVAL_MS = 10_000
/** Memory of one thread for who answers for which prefixes: some 10,000 secondary nodes. */
export const DELEGATION_CACHE_BYTES = 8_388_608
/** Of a recursing thread's memory for answers, the part that holds other nodes' answers. */
export const RECURSED_CACHE_SHARE = 0.75
/** Of that, the part for those in demand, which are there twice. */
export const HOT_ANSWERS_SHARE = 0.1
/** Longest time that a walk may be given: far beyond what any client waits. */
export const RECURSION_TIMEOUT_MS_MAX = 60_000
/** This machine alone: the system lets no packet with such a sender in from outside. */
export const TRUSTED_NETWORKS_DEFAULT = '127.0.0.0/8, ::1/128'
/**
 * Connections that wait to be taken while a thread works: those that come beyond are not heard,
 * and ask again after a second. As many as Linux allows by itself, since a health check that comes
 * with a flood of others waits in the same line.
 */
export const ACCEPT_BACKLOG = 4_096
/** Bytes that an import reads from a file at once: some thousand lines. */
export const READ_CHUNK_BYTES = 1_048_576
/** Changes after which the write-ahead log is looked at: that costs as much as a small commit. */
export const LOG_LOOK_CHANGES = 256
