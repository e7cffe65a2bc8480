import { type IdentifierKey, prefixOfKey } from '../identifier/identifier.ts'
import type { Change } from '../store/store.ts'
import { IMPORT_BATCH_BYTES, IMPORT_BATCH_RECORDS, LINE_BYTES_MAX } from './limits.ts'
import { type Line, LineSplitter } from './lines.ts'
import { blockFor, parseRecordLine, RecordLineError } from './record-line.ts'
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
}

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Imports newline-delimited JSON, one record a line, in batches of one transaction each. A bad
 * line is reported and left out. Importing the same again changes nothing.
 * @throws ImportStoppedError when strict; whatever the store throws
 */
export async function importRecords(
  registry: Registry,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const run = new ImportRun(registry, options)
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  let bytesRead = 0
  for await (const chunk of chunks) {
    bytesRead += chunk.length
    run.take(splitter.push(chunk))
    options.onProgress?.(bytesRead, run.summary.read)
  }
  run.take(splitter.end())
  run.commit()
  options.onProgress?.(bytesRead, run.summary.read)
  return run.summary
}

/** One import: the batch being gathered, and the sums. */
class ImportRun {
  readonly summary: ImportSummary = {
    read: 0, added: 0, changed: 0, unchanged: 0, bad: 0, prefixesHomed: [],
  }
  readonly #registry: Registry
  readonly #options: ImportOptions
  readonly #homed: Set<string>
  readonly #batch = new Map<IdentifierKey, Change & { operation: 'put' }>()
  readonly #homing: string[] = []
  #batchBytes = 0
  #batchRecords = 0
  #lineNumber = 0

  constructor(registry: Registry, options: ImportOptions) {
    this.#registry = registry
    this.#options = options
    this.#homed = new Set(registry.store.loadHomedPrefixes())
  }

  /**
   * Takes the lines of one chunk. What they look up is read in one transaction: to begin one for
   * each record would take longer than the look-up.
   */
  take(lines: Iterable<Line>): void {
    try {
      this.#registry.store.readTogether(() => {
        for (const line of lines) this.#takeOne(line)
      })
    } catch (error) {
      if (error instanceof ImportStoppedError) this.commit()
      throw error
    }
    if (this.#batchRecords >= IMPORT_BATCH_RECORDS || this.#batchBytes >= IMPORT_BATCH_BYTES) {
      this.commit()
    }
  }

  #takeOne(line: Line): void {
    this.#lineNumber++
    const text = this.#textOf(line)
    if (text === undefined) return
    this.summary.read++
    try {
      this.#put(text)
    } catch (error) {
      // What the store could not do is no fault of the line.
      if (!(error instanceof RecordLineError)) throw error
      this.#refuse(error.message)
    }
  }

  commit(): void {
    const homing = this.#homing.map((prefix): Change => ({ operation: 'home', prefix }))
    this.#registry.execute([...homing, ...this.#batch.values()], this.#options.actor)
    this.#batch.clear()
    this.#homing.length = 0
    this.#batchBytes = 0
    this.#batchRecords = 0
  }

  #textOf(line: Line): string | undefined {
    if (typeof line !== 'string') {
      this.summary.read++
      this.#refuse(`longer than ${LINE_BYTES_MAX} bytes`)
      return undefined
    }
    const text = this.#lineNumber === 1 && line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line
    return text.trim() === '' ? undefined : text
  }

  #put(text: string): void {
    const { store, clock } = this.#registry
    const line = parseRecordLine(text)
    const { key } = line
    const stored = this.#batch.get(key)?.block ?? store.findBlock(key)
    const block = blockFor(line, stored, clock.nowSeconds())
    this.#home(prefixOfKey(key))
    this.#batchRecords++
    if (block === undefined) {
      this.summary.unchanged++
      return
    }
    if (stored === undefined) this.summary.added++
    else this.summary.changed++
    const name = this.#batch.get(key)?.name ?? line.handle
    this.#batch.set(key, { operation: 'put', key, name, block })
    this.#batchBytes += block.length
  }

  #home(prefix: string): void {
    if (this.#homed.has(prefix)) return
    this.#homed.add(prefix)
    this.#homing.push(prefix)
    this.summary.prefixesHomed.push(prefix)
  }

  #refuse(reason: string): void {
    this.summary.bad++
    this.#options.onBadLine?.(this.#lineNumber, reason)
    if (this.#options.strict !== true) return
    throw new ImportStoppedError(`line ${this.#lineNumber}: ${reason}`)
  }
}
