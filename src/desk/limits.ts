/** Characters of a name of an organisation or a person: the longest that are registered. */
export const NAME_CHARACTERS_MAX = 100
/** Characters of a line of text. */
export const TEXT_CHARACTERS_MAX = 255
/** Characters of a description: the docking guide asks for about 200. */
export const DESCRIPTION_CHARACTERS_MAX = 1_000
/** IP addresses of one kind that an organisation names. */
export const ADDRESS_COUNT_MAX = 32
export const LICENCE_COUNT_MAX = 10
/** Photographs of an identity document: its two sides. */
export const DOCUMENT_IMAGE_COUNT_MAX = 2
/** Systems of five kinds, some of them at several places. */
export const SYSTEM_COUNT_MAX = 20
/** Industries that a secondary node serves: there are 97 divisions. */
export const SERVED_INDUSTRY_COUNT_MAX = 97
/** Addresses of one route: replicas of one enterprise node. */
export const ROUTE_ENDPOINT_COUNT_MAX = 8
/** Characters of a prefix. */
export const PREFIX_CHARACTERS_MAX = 64
/** Digits of an enterprise's code. */
export const ENTERPRISE_CODE_DIGITS_MAX = 20
/** TTL of a prefix record: how long others may go on after a route has changed. */
export const PREFIX_TTL_SECONDS = 3_600
/** Characters of a reason that goes with a decision. */
export const REASON_CHARACTERS_MAX = 500
/** RSA keys below this are within reach of an attacker today. */
export const RSA_BITS_MIN = 2_048
/** Text of a public key: an RSA key of 16,384 bits has 2,800 characters. */
export const KEY_PEM_CHARACTERS_MAX = 8_192
/** Indexes below are kept for the node's own values: HS_ADMIN, keys, the template's name. */
export const TEMPLATE_INDEX_MIN = 2_000
/** Items of one template: a record of them fits one message. */
export const TEMPLATE_ITEM_COUNT_MAX = 500
/** Characters of a template's version and a value's type, as the field's interface has them. */
export const TEMPLATE_VERSION_CHARACTERS_MAX = 128
export const VALUE_TYPE_CHARACTERS_MAX = 128
/** Characters of a value that a template's item may allow. */
export const VALUE_CHARACTERS_MAX = 65_535
/** Costs of a password's hash: OWASP's choice for Argon2id, 19 MiB twice over. */
export const PASSWORD_MEMORY_KIBIBYTES = 19_456
export const PASSWORD_PASSES = 2
export const PASSWORD_SALT_BYTES = 16
export const PASSWORD_TAG_BYTES = 32
/** Characters of a password: long enough not to be guessed, short enough to hash. */
export const PASSWORD_CHARACTERS_MIN = 10
export const PASSWORD_CHARACTERS_MAX = 128
/** Wrong passwords in a row, after which a user is locked out, and for how long. */
export const WRONG_PASSWORD_COUNT_MAX = 5
export const LOCK_OUT_MS = 900_000
/** Passwords that are being checked at once: each takes 19 MiB and a tenth of a second. */
export const PASSWORD_CHECK_COUNT_MAX = 16
/** Life of a log-in, as the field's interface has it. */
export const SESSION_MS = 86_400_000
/** Broken rules told in one answer: enough to mend a form, too few to fill a log. */
export const ISSUE_COUNT_MAX = 50
/** Random bytes of an API key or a log-in: beyond guessing. */
export const SECRET_BYTES = 32
/** Entries of one page of a list, when not said and at most. */
export const PAGE_COUNT_DEFAULT = 50
export const PAGE_COUNT_MAX = 500
/** Characters of a cursor: the longest identifier in base64, and its beginning. */
export const CURSOR_CHARACTERS_MAX = 2_740
/** How long an answer is kept for the same Idempotency-Key: longer than clients try again. */
export const REPLY_KEPT_MS = 86_400_000
/** Characters of an Idempotency-Key. */
export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 128
/** Addresses whose wrong passwords or signatures are counted; how many each has until it waits. */
export const GUESSER_COUNT_MAX = 10_000
export const GUESSES_OF_ADDRESS_MAX = 30
/** Log-ins and registrations of organisations from one address an hour. */
export const OPEN_CALLS_PER_HOUR_MAX = 600
/** Days that an API key lasts. */
export const KEY_DAYS_DEFAULT = 365
export const KEY_DAYS_MAX = 3_650
/**
 * Registrations of a stream that share one transaction, some 25 ms, and the bytes of their values.
 */
export const BULK_BATCH_ROWS = 4_000
export const BULK_BATCH_BYTES = 4_194_304
/** Batches of one stream under way: while one is stored the next one is there already. */
export const BULK_FLIGHT_COUNT_MAX = 2
/** Templates that one stream remembers: a stream names few. */
export const TEMPLATES_KEPT_MAX = 1_000
/** How often a secondary node reports all it has: tables 6 and 7 of the docking guide say so. */
export const REPORT_INTERVAL_MS = 3_600_000
/** A full report older than this is overdue: one that failed once still comes in time. */
export const REPORT_LATE_MS = 7_200_000
/** Enterprises and routes in one report, and the bytes of them as JSON: a second's work. */
export const REPORT_ITEM_COUNT_MAX = 200
export const REPORT_BYTES_MAX = 524_288
/** Characters of a sealed report: base64 takes a third more, and one entity may go beyond. */
export const REPORT_CHARACTERS_MAX = 1_048_576
/** A report's number is a whole number that JSON keeps exactly. */
export const REPORT_SEQUENCE_MAX = Number.MAX_SAFE_INTEGER - 1
/** How far a report's time may be from ours: an old one can't be replayed after that. */
export const REPORT_CLOCK_SKEW_MS = 300_000
/** Keys of a prefix that a report's signature is tried with: one, and a few while it changes. */
export const REPORT_KEY_COUNT_MAX = 8
/** How long one report may take to be answered. */
export const REPORT_TIMEOUT_MS = 30_000
/** Wait before a report is sent again; doubled each time, up to the second figure. */
export const REPORT_RETRY_MS = 1_000
export const REPORT_RETRY_MS_MAX = 60_000
/** Longest wait that the node above may ask for. */
export const REPORT_PAUSE_MS_MAX = 600_000
/** Bytes of an image and of a PDF that is handed in, as the field's interface has them. */
export const IMAGE_BYTES_MAX = 1_048_576
export const FILE_BYTES_MAX = 5_242_880
/** Bytes of all files of one organisation: its certificates, and contracts of some pages. */
export const FILES_BYTES_MAX = 67_108_864
/** The same of who runs the node and hands in the files of all that join it. */
export const FILES_BYTES_OF_OPERATOR_MAX = 4_294_967_296
/** How far Beijing's clocks are ahead, by which the field counts days and says times. */
export const BEIJING_OFFSET_MS = 28_800_000
