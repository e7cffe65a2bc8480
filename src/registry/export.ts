import { foldAscii } from '../identifier/identifier.ts'
import type { ReadStore } from '../store/store.ts'
import { formatRecordLine } from './record-line.ts'

/**
 * All records as newline-delimited JSON, in key order, one line at a time: what `importRecords`
 * reads back to the same bytes.
 * @param prefix only records under it, in any case
 */
export function* exportRecords(store: ReadStore, prefix?: string): Generator<string> {
  const folded = prefix === undefined ? undefined : foldAscii(prefix)
  for (const record of store.records(folded)) yield `${formatRecordLine(record)}\n`
}
