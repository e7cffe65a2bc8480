import type { Database, Statement } from 'better-sqlite3'
import type { IdentifierKey } from '../identifier/identifier.ts'
import { CHAIN_START, type ChainedChange, ChainHasher } from './change-chain.ts'
import { findMismatch } from './change-replay.ts'
import type { ReadStore, StoredRecord } from './store.ts'

interface RecordRow {
  readonly key: IdentifierKey
  readonly name: string | null
  readonly block: Buffer
}

type ChangeRow = ChainedChange & { readonly hash: Buffer }

/** Changes between two reports of progress: a few a second. */
const PROGRESS_CHANGES = 10_000

/** Names in a range of keys that all begin with a prefix and a slash end before this character. */
const AFTER_SLASH = '0'

/** All reading SQL, prepared once. */
export class SqliteReadStore implements ReadStore {
  protected readonly database: Database
  readonly #begin: Statement<[]>
  readonly #end: Statement<[]>
  readonly #findBlock: Statement<[string], Buffer>
  readonly #findRecord: Statement<[string], Omit<RecordRow, 'key'>>
  readonly #records: Statement<[], RecordRow>
  readonly #recordsBelow: Statement<[string, string], RecordRow>
  readonly #keysAfter: Statement<[string, string, number], IdentifierKey>
  readonly #keyFrom: Statement<[string], IdentifierKey>
  readonly #homedPrefixes: Statement<[], string>
  readonly #isHomed: Statement<[string], 1>
  readonly #countRecords: Statement<[], number>
  readonly #changes: Statement<[], ChangeRow>
  readonly #lastChange: Statement<[], { number: number; timeMs: number }>

  constructor(database: Database) {
    this.database = database
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
    this.#findBlock = database
      .prepare<[string], Buffer>('SELECT block FROM records WHERE key = ?')
      .pluck()
    this.#findRecord = database.prepare('SELECT name, block FROM records WHERE key = ?')
    this.#records = database.prepare('SELECT key, name, block FROM records ORDER BY key')
    this.#recordsBelow = database.prepare(
      'SELECT key, name, block FROM records WHERE key >= ? AND key < ? ORDER BY key',
    )
    this.#keysAfter = database
      .prepare<[string, string, number], IdentifierKey>(
        'SELECT key FROM records WHERE key > ? AND key < ? ORDER BY key LIMIT ?',
      )
      .pluck()
    this.#keyFrom = database
      .prepare<[string], IdentifierKey>(
        'SELECT key FROM records WHERE key >= ? ORDER BY key LIMIT 1',
      )
      .pluck()
    this.#homedPrefixes = database
      .prepare<[], string>('SELECT prefix FROM prefixes ORDER BY prefix')
      .pluck()
    this.#isHomed = database
      .prepare<[string], 1>('SELECT 1 FROM prefixes WHERE prefix = ?')
      .pluck()
    this.#countRecords = database
      .prepare<[], number>("SELECT count FROM counts WHERE name = 'records'")
      .pluck()
    this.#changes = database.prepare(
      `SELECT number, time_ms AS timeMs, actor, operation, name, block, hash
       FROM changes ORDER BY number`,
    )
    this.#lastChange = database.prepare(
      'SELECT number, time_ms AS timeMs FROM changes ORDER BY number DESC LIMIT 1',
    )
  }

  /** From now on reads see the records of one moment, which is that of the first of them. */
  beginSnapshot(): void {
    this.#begin.run()
  }

  /** A read that failed may have ended it before. */
  endSnapshot(): void {
    if (this.database.open && this.database.inTransaction) this.#end.run()
  }

  findBlock(key: IdentifierKey): Buffer | undefined {
    return this.#findBlock.get(key)
  }

  findRecord(key: IdentifierKey): StoredRecord | undefined {
    const row = this.#findRecord.get(key)
    return row === undefined ? undefined : { name: row.name ?? key, block: row.block }
  }

  loadHomedPrefixes(): string[] {
    return this.#homedPrefixes.all()
  }

  isHomed(prefix: string): boolean {
    return this.#isHomed.get(prefix) === 1
  }

  countRecords(): number {
    return this.#countRecords.get() ?? 0
  }

  /** No identifier ends at its slash, so a listing begins right after that. */
  findKeys(prefix: string, after: IdentifierKey | null, countMax: number): IdentifierKey[] {
    return this.#keysAfter.all(after ?? `${prefix}/`, `${prefix}${AFTER_SLASH}`, countMax)
  }

  findKeyFrom(key: IdentifierKey): IdentifierKey | undefined {
    return this.#keyFrom.get(key)
  }

  /** Number and time of the newest change, or undefined when nothing was ever changed. */
  findLastChange(): { readonly number: number; readonly timeMs: number } | undefined {
    return this.#lastChange.get()
  }

  /** @param prefix folded; only records under it are read */
  *records(prefix?: string): IterableIterator<StoredRecord & { key: IdentifierKey }> {
    const rows =
      prefix === undefined
        ? this.#records.iterate()
        : this.#recordsBelow.iterate(`${prefix}/`, `${prefix}${AFTER_SLASH}`)
    for (const { key, name, block } of rows) yield { key, name: name ?? key, block }
  }

  /** The change log from its beginning, with the hash that each entry was written with. */
  changes(): IterableIterator<ChainedChange & { readonly hash: Buffer }> {
    return this.#changes.iterate()
  }

  /**
   * Walks the change log from its beginning and recomputes its chain, then compares what is
   * stored with what the log says of it last.
   * @param onProgress told now and then how many changes are sound so far
   * @returns how many changes are sound, and what is wrong behind them, if anything
   */
  verifyChanges(
    onProgress?: (sound: number) => void,
  ): { readonly sound: number; readonly fault: string | null } {
    let before: Buffer = CHAIN_START
    const hasher = new ChainHasher()
    let sound = 0
    for (const row of this.#changes.iterate()) {
      if (row.number !== sound + 1) return { sound, fault: `change ${sound + 1} is missing` }
      if (!hasher.hash(before, row).equals(row.hash)) {
        return { sound, fault: `change ${row.number} is not what was written` }
      }
      before = row.hash
      sound = row.number
      if (sound % PROGRESS_CHANGES === 0) onProgress?.(sound)
    }
    return { sound, fault: findMismatch(this.database) }
  }

  close(): void {
    if (this.database.open) this.database.close()
  }
}
