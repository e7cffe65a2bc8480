/** Longest request body: a batch of 10,000 long names, or one native message. */
export const BODY_BYTES_MAX = 4_194_304
/** Identifiers in one batch. */
export const BATCH_HANDLE_COUNT_MAX = 10_000
/** Indexes or types in one question: no record has more values. */
export const FILTER_COUNT_MAX = 2_048
/** A request's headers must have come by then, so that slow senders hold nothing. */
export const REQUEST_TIMEOUT_MS = 15_000
/** A connection without a request may stay open this long. */
export const KEEP_ALIVE_TIMEOUT_MS = 60_000
/** Open connections of one thread. */
export const CONNECTION_COUNT_MAX = 10_000
/** Connections of one thread beyond that, for health checks, metrics and changes alone. */
export const SPARE_CONNECTION_COUNT = 64
/** How long requests are worked on in one go before some are refused: bearable as a delay. */
export const WORKING_MS_MAX = 100
/** How long requests are refused then: a tenth, so that nine tenths of the time go into answers. */
export const REFUSING_MS_MAX = 10
/** Requests that are taken on in one go however long they take. */
export const WORK_COUNT_MIN = 16
/** Requests of one thread that wait for something: 64 clients with 16 each. */
export const IN_FLIGHT_COUNT_MAX = 1_024
/** When one who was refused may ask again: ten times what a turn may take. */
export const RETRY_AFTER_SECONDS = 1
/** Longest 10320/loc document that is read: hundreds of locations. */
export const LOCATION_DOCUMENT_BYTES_MAX = 65_536
/** Longest URL that is put into a Location header: what common browsers take. */
export const REDIRECT_URL_BYTES_MAX = 8_192
/** Longest JSONP callback name. */
export const CALLBACK_BYTES_MAX = 256
/** Longest cache life told to browsers and proxies: two days, as for clients of the protocol. */
export const EXPIRES_SECONDS_MAX = 172_800
/** One answer in so many is timed: reading the clock twice for each would cost a percent or two. */
export const LATENCY_SAMPLE_EVERY = 64
/** Longest body of a PUT: a record's encoded values are a quarter of it, and JSON twice as long. */
export const VALUES_BODY_BYTES_MAX = 1_048_576
/** Longest body with a proof in it: a signature of a 16384-bit key is a few kilobytes. */
export const SESSION_BODY_BYTES_MAX = 65_536
/** Names asked for at a time while a listing is put together. */
export const LIST_CHUNK_COUNT_MAX = 10_000
/** Names in one answer: some 60 MB of memory; whoever has more asks in pages. */
export const LIST_COUNT_MAX = 1_000_000
/** Longest JSON with a file: four characters for three bytes, and what is around them. */
export const FILE_BODY_BYTES_MAX = 7_340_032
/** Longest form with a file: the longest file, and what is around it. */
export const UPLOAD_BODY_BYTES_MAX = 5_308_416
/** Parts of one form: the file, and what a browser or a library adds. */
export const FORM_PART_COUNT_MAX = 16
/** Items of one batch call, and what one holds: as the field's interface says. */
export const SNMS_BATCH_COUNT_MAX = 2_000
export const SNMS_HANDLE_CHARACTERS_MAX = 255
export const SNMS_VALUE_CHARACTERS_MAX = 255
/** Heads that are learnt on one connection: a client whose head changes each time repeats none. */
export const LESSON_COUNT_MAX = 8
