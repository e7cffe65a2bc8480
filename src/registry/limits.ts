/** Longest line of an import: twice the largest record, since JSON writes binary data longer. */
export const LINE_BYTES_MAX = 1_048_576
/** Records of an import that share one transaction and one fsync. */
export const IMPORT_BATCH_RECORDS = 5_000
/** Bytes of changed records that share one transaction, so that large records bound memory too. */
export const IMPORT_BATCH_BYTES = 33_554_432
