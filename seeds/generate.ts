import { prefixRecords } from './prefixes.ts'
import { productRecord, smallProductRecord } from './products.ts'
import type { SeedRecord } from './record.ts'

export { productIdentifier } from './products.ts'
export { prefixRecordCount } from './prefixes.ts'

export interface GenerateOptions {
  /** Products; the prefix records come on top. */
  readonly count: number
  /** The same seed gives the same records. */
  readonly seed: number
  /** Three short values a product. */
  readonly small?: boolean
}

// One write's worth: larger chunks gain nothing on a pipe.
const chunkLengthMin = 65_536

/** The fictional records: all prefix records, then the products. */
export function* generateRecords(options: GenerateOptions): Generator<SeedRecord> {
  const { count, seed, small = false } = options
  yield* prefixRecords()
  for (let k = 0; k < count; k += 1) {
    yield small ? smallProductRecord(k, seed) : productRecord(k, count, seed)
  }
}

/** The same as lines of JSON, in chunks of about 64 KiB that end where a line ends. */
export function* generateLines(options: GenerateOptions): Generator<Buffer> {
  let lines = ''
  for (const record of generateRecords(options)) {
    lines += JSON.stringify(record) + '\n'
    if (lines.length >= chunkLengthMin) {
      yield Buffer.from(lines)
      lines = ''
    }
  }
  if (lines !== '') yield Buffer.from(lines)
}
