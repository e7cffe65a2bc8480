import { foldAscii } from '../identifier/identifier.ts'
import type { ReadStore, StoredRecord } from '../store/store.ts'
import { decodeValues, encodeValues } from '../wire/values.ts'
import { formatRecordLine } from './record-line.ts'

export interface ExportOptions {
  /** Also values that hold a secret; without it they are left out. */
  readonly secrets?: boolean
}

const secretType = 'HS_SECKEY'

/**
 * All records as newline-delimited JSON, in key order, one line at a time: what `importRecords`
 * reads back to the same bytes, but for secrets that were left out.
 * @param prefix only records under it, in any case
 */
export function* exportRecords(
  store: ReadStore,
  prefix?: string,
  { secrets = false }: ExportOptions = {},
): Generator<string> {
  const folded = prefix === undefined ? undefined : foldAscii(prefix)
  for (const record of store.records(folded)) {
    yield `${formatRecordLine(secrets ? record : withoutSecrets(record))}\n`
  }
}

function withoutSecrets(record: StoredRecord): StoredRecord {
  const values = decodeValues(record.block)
  const open = values.filter(({ type }) => foldAscii(type) !== secretType)
  return open.length === values.length ? record : { ...record, block: encodeValues(open) }
}
