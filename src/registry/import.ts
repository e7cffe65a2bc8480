import type { IdentifierKey } from '../identifier/identifier.ts'
import type { Change, Store } from '../store/store.ts'
import { encodeLines } from './line-encoder.ts'
import type { RecordBatch } from './record-batch.ts'
import { dateBlock } from './record-line.ts'
import type { Registry } from './registry.ts'

export interface ImportOptions {
  /** On whose behalf, for the change log. */
  readonly actor: string
  /** Stop at the first bad line; what stands before it is imported. */
  readonly strict?: boolean
  /** Told after each batch: bytes and records read so far. */
  readonly onProgress?: (bytesRead: number, recordsRead: number) => void
  readonly onBadLine?: (lineNumber: number, reason: string) => void
}

export interface ImportSummary {
  /** Lines with a record in them, good or bad. */
  read: number
  added: number
  changed: number
  unchanged: number
  bad: number
  /** Prefixes that were homed because records under them came in, folded. */
  readonly prefixesHomed: string[]
}

/** A strict import met a bad line. */
export class ImportStoppedError extends Error {
  override readonly name = 'ImportStoppedError'
  /** What became of the lines up to it. */
  readonly summary: ImportSummary

  constructor(message: string, summary: ImportSummary) {
    super(message)
    this.summary = summary
  }
}

/** Records that are looked up and written in one go: few enough to be gone before they grow old. */
const PUTS_TOGETHER = 512

type Put = Extract<Change, { operation: 'put' }>

/**
 * Imports newline-delimited JSON, one record a line, in batches of one transaction each. A bad
 * line is reported and left out. Importing the same again changes nothing.
 * @throws ImportStoppedError when strict; whatever the store throws
 */
export function importRecords(
  registry: Registry,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { clock } = registry
  const batches = encodeLines(chunks, { strict: options.strict ?? false, clock })
  return importBatches(registry, batches, options)
}

/**
 * The same for lines that were encoded already, in another thread.
 * @throws ImportStoppedError when strict; whatever the store or `batches` throws
 */
export async function importBatches(
  registry: Registry, batches: AsyncIterable<RecordBatch>, options: ImportOptions,
): Promise<ImportSummary> {
  const run = new ImportRun(registry, options)
  for await (const batch of batches) {
    run.take(batch)
    options.onProgress?.(batch.bytesRead, run.summary.read)
  }
  return run.summary
}

/** One import: what it changes, and the sums. */
class ImportRun {
  readonly summary: ImportSummary = {
    read: 0, added: 0, changed: 0, unchanged: 0, bad: 0, prefixesHomed: [],
  }
  readonly #registry: Registry
  readonly #options: ImportOptions
  readonly #homed: ReadonlySet<string>

  constructor(registry: Registry, options: ImportOptions) {
    this.#registry = registry
    this.#options = options
    this.#homed = new Set(registry.store.loadHomedPrefixes())
  }

  take(batch: RecordBatch): void {
    const { actor, onBadLine, strict } = this.#options
    const { summary } = this
    summary.read += batch.read
    summary.bad += batch.badLines.length
    for (const { lineNumber, reason } of batch.badLines) onBadLine?.(lineNumber, reason)
    const prefixes = batch.prefixes.filter((prefix) => !this.#homed.has(prefix))
    // Looked up where it is written: by itself a look-up takes and gives back a lock of the file.
    this.#registry.transact(actor, (write) => {
      if (prefixes.length > 0) {
        write(prefixes.map((prefix): Change => ({ operation: 'home', prefix })))
      }
      for (const puts of this.#putsOf(batch)) write(puts)
    })
    summary.prefixesHomed.push(...prefixes)
    const [bad] = batch.badLines
    if (strict === true && bad !== undefined) {
      throw new ImportStoppedError(`line ${bad.lineNumber}: ${bad.reason}`, summary)
    }
  }

  /** A change for each record that is not stored as its last line has it; some at a time. */
  * #putsOf(batch: RecordBatch): Generator<Put[]> {
    const { summary } = this
    const nowSeconds = this.#registry.clock.nowSeconds()
    const finder = new RisingFinder(this.#registry.store, batch.keys)
    let puts: Put[] = []
    let last: Put | undefined
    for (const { key, name, block, undated } of recordsOf(batch)) {
      const before = last?.key === key ? last : undefined
      const stored = before?.block ?? finder.findBlock(key)
      const dated = undated ? dateBlock(block, stored, nowSeconds) : block
      if (stored?.equals(dated) === true) {
        summary.unchanged++
        continue
      }
      if (stored === undefined) summary.added++
      else summary.changed++
      if (before !== undefined) puts.pop()
      else if (puts.length === PUTS_TOGETHER) {
        yield puts
        puts = []
      }
      last = { operation: 'put', key, name: before?.name ?? name, block: dated }
      puts.push(last)
    }
    yield puts
  }
}

function* recordsOf({ recordCount, keys, names, blocks, spans, undated }: RecordBatch) {
  const keyLines = linesOf(keys)
  const nameLines = linesOf(names)
  for (let i = 0; i < recordCount; i++) {
    const block = blocks.subarray(spans[2 * i], spans[2 * i + 1])
    const key = keyLines() as IdentifierKey
    yield { key, name: nameLines(), block, undated: undated[i] === 1 }
  }
}

/** @returns what gives one line after the other: a list of all would be garbage that grows old */
function linesOf(text: string): () => string {
  let at = 0
  return () => {
    if (at > text.length) throw new RangeError('a batch has too few names')
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed
    const line = text.slice(at, end)
    at = end + 1
    return line
  }
}

/** Characters that JavaScript and the store, which compares UTF-8, put in different orders. */
const ORDERED_OTHERWISE = /[\ud800-\uffff]/
/** After any key without such characters. */
const AFTER_ALL = '\uffff'

/** Finds blocks by rising keys: where the store has none for a while, it is asked but once. */
class RisingFinder {
  readonly #store: Store
  readonly #comparable: boolean
  /** The first key that the store has at or after those that were looked for. */
  #next = ''

  /** @param keys all that will be looked for, as one text */
  constructor(store: Store, keys: string) {
    this.#store = store
    this.#comparable = !ORDERED_OTHERWISE.test(keys)
  }

  findBlock(key: IdentifierKey): Buffer | undefined {
    if (!this.#comparable || key > this.#next) {
      this.#next = this.#store.findKeyFrom(key) ?? AFTER_ALL
    }
    return key === this.#next ? this.#store.findBlock(key) : undefined
  }
}
