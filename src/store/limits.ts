/** The database's file in the data folder. */
export const DATABASE_FILE = 'records.db'
/** Bytes of a database page: about ten usual records, so that one read finds a record. */
export const PAGE_BYTES = 8_192
/** Page cache of the writer, in KiB: bulk imports touch pages in no order. */
export const WRITER_CACHE_KIBIBYTES = 262_144
/**
 * Page cache of a reader, in KiB: the upper levels of ten million records' tree. A record is then
 * one read of the system's own cache. The file is not mapped into memory, though a read would be a
 * sixth cheaper: every page that was read would count as the node's resident memory, gigabytes.
 */
export const READER_CACHE_KIBIBYTES = 32_768
/** Rows of one INSERT in bulk: beyond eight a statement saves nothing more. */
export const ROWS_PER_INSERT = 8
/**
 * How long look-ups share a snapshot of the database: some hundred of them on a busy node, twenty
 * where one is asked for after the other, and nothing for the write-ahead log, which is merged
 * meanwhile and begun anew when no snapshot needs it.
 */
export const SNAPSHOT_MS = 10
/** How long to wait for another connection's lock; only a checkpoint ever holds one. */
export const BUSY_TIMEOUT_MS = 5_000
/**
 * Pages of the write-ahead log after which it is merged into the file: 32 MiB. At SQLite's usual
 * thousand every batch of an import would wait for a merge and its two fsyncs.
 */
export const LOG_MERGE_PAGES = 4_096
/**
 * Pages of the log at which the writer merges it by itself, though another thread does so: 512 MiB.
 * While changes go on without a pause the log only grows, since SQLite begins it anew when nothing
 * in it is left to merge.
 */
export const LOG_PAGES_MAX = 65_536
/** The write-ahead log is cut back to this size once it has been merged. */
export const LOG_BYTES_KEPT = 67_108_864
