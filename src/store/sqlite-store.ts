import Database, { type Statement } from 'better-sqlite3'
import { CHAIN_START, ChainHasher } from './change-chain.ts'
import { DeskStore } from './desk/desk-store.ts'
import { LOG_MERGE_PAGES, ROWS_PER_INSERT } from './limits.ts'
import { SqliteReadStore } from './sqlite-read-store.ts'
import {
  type Change, type ChangeGroup, type ChangeOrigin, type ChangeWriter, type Store,
  StoreWriteError,
} from './store.ts'

/** What SQLite says of the write-ahead log, in pages. */
interface LogState {
  readonly log: number
  readonly checkpointed: number
}

type Put = Extract<Change, { operation: 'put' }>
type Removal = Exclude<Change, Put>

/** All writing SQL, prepared once. Only the writer has one. */
export class SqliteStore extends SqliteReadStore implements Store {
  readonly #insert: Statement<[string, string | null, Buffer]>
  readonly #insertRows: Statement
  readonly #update: Statement<[Buffer, string]>
  readonly #delete: Statement<[string]>
  readonly #home: Statement<[string]>
  readonly #unhome: Statement<[string]>
  readonly #addCount: Statement<[number]>
  readonly #append: Statement<[number, number, string, string, string, Buffer | null, Buffer]>
  readonly #appendRows: Statement
  readonly #logState: Statement<[], LogState>
  readonly #hasher = new ChainHasher()
  readonly desk: DeskStore
  #lastNumber: number
  #lastHash: Buffer

  constructor(database: Database.Database) {
    super(database)
    this.#insert = database.prepare(
      'INSERT OR IGNORE INTO records (key, name, block) VALUES (?, ?, ?)',
    )
    this.#insertRows = database.prepare(
      `INSERT OR IGNORE INTO records (key, name, block) VALUES ${rowsOf(() => '(?, ?, ?)')}`,
    )
    this.#update = database.prepare('UPDATE records SET block = ? WHERE key = ?')
    this.#delete = database.prepare('DELETE FROM records WHERE key = ?')
    this.#home = database.prepare('INSERT OR IGNORE INTO prefixes (prefix) VALUES (?)')
    this.#unhome = database.prepare('DELETE FROM prefixes WHERE prefix = ?')
    this.#addCount = database.prepare(
      "UPDATE counts SET count = count + ? WHERE name = 'records'",
    )
    this.#append = database.prepare('INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.#appendRows = database.prepare(
      `INSERT INTO changes VALUES ${rowsOf(
        (i) => `(@number + ${i}, @timeMs, @actor, 'put', ?, ?, ?)`,
      )}`,
    )
    this.#logState = database.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.mergeAt(LOG_MERGE_PAGES)
    const last = database
      .prepare<[], { number: number; hash: Buffer }>(
        'SELECT number, hash FROM changes ORDER BY number DESC LIMIT 1',
      )
      .get()
    this.#lastNumber = last?.number ?? 0
    this.#lastHash = last?.hash ?? CHAIN_START
    this.desk = new DeskStore(database)
  }

  /** How many pages the write-ahead log has, and how many of them are not in the file yet. */
  logState(): { readonly pages: number; readonly unmerged: number } {
    const { log, checkpointed } = this.#logState.get() ?? { log: 0, checkpointed: 0 }
    return { pages: log, unmerged: log - checkpointed }
  }

  /** Has commits merge the log once it has so many pages: LOG_MERGE_PAGES at first. */
  mergeAt(logPages: number): void {
    this.database.pragma(`wal_autocheckpoint = ${logPages}`)
  }

  commit(changes: readonly Change[], origin: ChangeOrigin): void {
    this.commitGroups([{ changes, actor: origin.actor }], origin.timeMs)
  }

  readTogether<T>(work: () => T): T {
    return this.database.transaction(work).deferred()
  }

  commitGroups(groups: readonly ChangeGroup[], timeMs: number): void {
    this.#run(() => {
      this.#write(groups, timeMs)
    })
  }

  transact<T>(origin: ChangeOrigin, work: (write: ChangeWriter) => T): T {
    return this.#run(() => work((changes) => {
      this.#write([{ changes, actor: origin.actor }], origin.timeMs)
    }))
  }

  #run<T>(work: () => T): T {
    const number = this.#lastNumber
    const hash = this.#lastHash
    try {
      return this.database.transaction(work).immediate()
    } catch (error) {
      // Nothing of it is on the disk: the chain goes on from where it was.
      this.#lastNumber = number
      this.#lastHash = hash
      throw explain(error)
    }
  }

  /** Writes an actor's puts of all groups together, since many small groups are the usual load. */
  #write(groups: readonly ChangeGroup[], timeMs: number): void {
    const puts: Put[] = []
    let actor = ''
    let added = 0
    const putAll = (): void => {
      added += this.#putSome(puts, { timeMs, actor })
      puts.length = 0
    }
    for (const group of groups) {
      if (group.actor !== actor) putAll()
      actor = group.actor
      for (const change of group.changes) {
        if (change.operation === 'put') {
          puts.push(change)
          if (puts.length === ROWS_PER_INSERT) putAll()
          continue
        }
        // What was put before is there before anything else is done.
        putAll()
        added -= this.#remove(change, { timeMs, actor })
      }
    }
    putAll()
    if (added !== 0) this.#addCount.run(added)
  }

  /** @returns how many records are there no more */
  #remove(change: Removal, origin: ChangeOrigin): number {
    let removed = 0
    switch (change.operation) {
      case 'delete':
        removed = this.#delete.run(change.key).changes
        break
      case 'home':
        this.#home.run(change.prefix)
        break
      case 'unhome':
        this.#unhome.run(change.prefix)
        break
    }
    const name = change.operation === 'delete' ? change.name : change.prefix
    this.#log(change.operation, name, null, origin)
    return removed
  }

  /** @returns how many records came to be */
  #putSome(puts: readonly Put[], origin: ChangeOrigin): number {
    if (puts.length === ROWS_PER_INSERT) return this.#putRows(puts, origin)
    let fresh = 0
    for (const { key, name, block } of puts) {
      const inserted = this.#insert.run(key, name === key ? null : name, block).changes
      if (inserted === 0) this.#update.run(block, key)
      this.#log('put', name, block, origin)
      fresh += inserted
    }
    return fresh
  }

  /** The same for ROWS_PER_INSERT changes with half the work. */
  #putRows(puts: readonly Put[], { timeMs, actor }: ChangeOrigin): number {
    const records: unknown[] = []
    const entries: unknown[] = []
    const number = this.#lastNumber + 1
    for (const { key, name, block } of puts) {
      records.push(key, name === key ? null : name, block)
      entries.push(name, block, this.#chain(timeMs, actor, 'put', name, block))
    }
    // As arguments, since each element of an array would be asked for by a call of its own.
    const fresh = this.#insertRows.run(...records).changes
    // Some were there, or are there twice: the last one of each name stays.
    if (fresh < puts.length) {
      for (const { key, block } of puts) this.#update.run(block, key)
    }
    this.#appendRows.run(...entries, { number, timeMs, actor })
    return fresh
  }

  #log(operation: string, name: string, block: Buffer | null, origin: ChangeOrigin): void {
    const { timeMs, actor } = origin
    const hash = this.#chain(timeMs, actor, operation, name, block)
    this.#append.run(this.#lastNumber, timeMs, actor, operation, name, block, hash)
  }

  /** Puts an entry at the end of the chain. @returns its hash */
  #chain(
    timeMs: number, actor: string, operation: string, name: string, block: Buffer | null,
  ): Buffer {
    const number = this.#lastNumber + 1
    const change = { number, timeMs, actor, operation, name, block }
    this.#lastHash = this.#hasher.hash(this.#lastHash, change)
    this.#lastNumber = number
    return this.#lastHash
  }
}

/** Placeholders for the rows of one INSERT. */
function rowsOf(row: (i: number) => string): string {
  return Array.from({ length: ROWS_PER_INSERT }, (_unused, i) => row(i)).join(', ')
}

/** Tells a disk that does not take what is written from an error of ours. */
function explain(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  if (error.code === 'SQLITE_FULL') {
    return new StoreWriteError('The disk is full; nothing was changed', { cause: error })
  }
  if (/^SQLITE_(READONLY|IOERR|CANTOPEN)/.test(error.code)) {
    return new StoreWriteError('The disk can not be written; nothing was changed', {
      cause: error,
    })
  }
  return error
}
