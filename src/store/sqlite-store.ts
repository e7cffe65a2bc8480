import Database, { type Statement } from 'better-sqlite3'
import { CHAIN_START, ChainHasher } from './change-chain.ts'
import { DeskStore } from './desk/desk-store.ts'
import { ROWS_PER_INSERT } from './limits.ts'
import { SqliteReadStore } from './sqlite-read-store.ts'
import {
  type Change, type ChangeGroup, type ChangeOrigin, type ChangeWriter, type Store,
  StoreWriteError,
} from './store.ts'

/** A change, and on whose behalf it is made. */
interface Entry<C extends Change = Change> {
  readonly change: C
  readonly actor: string
}

type Put = Entry<Extract<Change, { operation: 'put' }>>

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
      `INSERT OR IGNORE INTO records (key, name, block) VALUES ${rowsOf('(?, ?, ?)')}`,
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
      `INSERT INTO changes VALUES ${rowsOf("(?, @timeMs, ?, 'put', ?, ?, ?)")}`,
    )
    const last = database
      .prepare<[], { number: number; hash: Buffer }>(
        'SELECT number, hash FROM changes ORDER BY number DESC LIMIT 1',
      )
      .get()
    this.#lastNumber = last?.number ?? 0
    this.#lastHash = last?.hash ?? CHAIN_START
    this.desk = new DeskStore(database)
  }

  commit(changes: readonly Change[], origin: ChangeOrigin): void {
    this.commitGroups([{ changes, actor: origin.actor }], origin.timeMs)
  }

  readTogether<T>(work: () => T): T {
    return this.database.transaction(work).deferred()
  }

  commitGroups(groups: readonly ChangeGroup[], timeMs: number): void {
    this.#run(() => {
      // Those of all groups together, since many small ones are the usual load.
      this.#write(groups.flatMap(entriesOf), timeMs)
    })
  }

  transact<T>(origin: ChangeOrigin, work: (write: ChangeWriter) => T): T {
    return this.#run(() => work((changes) => {
      this.#write(entriesOf({ changes, actor: origin.actor }), origin.timeMs)
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

  #write(entries: readonly Entry[], timeMs: number): void {
    let added = 0
    let puts: Put[] = []
    for (const { change, actor } of entries) {
      if (change.operation === 'put') {
        puts.push({ change, actor })
        if (puts.length < ROWS_PER_INSERT) continue
        added += this.#putRows(puts, timeMs)
        puts = []
        continue
      }
      // What was put before is there before anything else is done.
      for (const put of puts) added += this.#put(put, timeMs)
      puts = []
      switch (change.operation) {
        case 'delete':
          added -= this.#delete.run(change.key).changes
          this.#log(change.operation, change.name, null, { timeMs, actor })
          break
        case 'home':
          this.#home.run(change.prefix)
          this.#log(change.operation, change.prefix, null, { timeMs, actor })
          break
        case 'unhome':
          this.#unhome.run(change.prefix)
          this.#log(change.operation, change.prefix, null, { timeMs, actor })
          break
      }
    }
    for (const put of puts) added += this.#put(put, timeMs)
    if (added !== 0) this.#addCount.run(added)
  }

  /** @returns how many records came to be */
  #put({ change, actor }: Put, timeMs: number): number {
    const { key, name, block } = change
    const fresh = this.#insert.run(key, name === key ? null : name, block).changes
    if (fresh === 0) this.#update.run(block, key)
    this.#log('put', name, block, { timeMs, actor })
    return fresh
  }

  /** The same for ROWS_PER_INSERT changes with half the work. */
  #putRows(puts: readonly Put[], timeMs: number): number {
    const records: unknown[] = []
    const entries: unknown[] = []
    for (const { change: { key, name, block }, actor } of puts) {
      records.push(key, name === key ? null : name, block)
      const number = this.#lastNumber + 1
      const change = { number, timeMs, actor, operation: 'put', name, block }
      this.#lastHash = this.#hasher.hash(this.#lastHash, change)
      this.#lastNumber = number
      entries.push(number, actor, name, block, this.#lastHash)
    }
    // As arguments, since each element of an array would be asked for by a call of its own.
    const fresh = this.#insertRows.run(...records).changes
    // Some were there, or are there twice: the last one of each name stays.
    if (fresh < puts.length) {
      for (const { change: { key, block } } of puts) this.#update.run(block, key)
    }
    this.#appendRows.run(...entries, { timeMs })
    return fresh
  }

  #log(operation: string, name: string, block: Buffer | null, origin: ChangeOrigin): void {
    const { timeMs, actor } = origin
    const number = this.#lastNumber + 1
    const change = { number, timeMs, actor, operation, name, block }
    const hash = this.#hasher.hash(this.#lastHash, change)
    this.#append.run(number, timeMs, actor, operation, name, block, hash)
    this.#lastNumber = number
    this.#lastHash = hash
  }
}

const entriesOf = ({ changes, actor }: ChangeGroup): Entry[] =>
  changes.map((change) => ({ change, actor }))

/** Placeholders for the rows of one INSERT. */
function rowsOf(row: string): string {
  return Array.from({ length: ROWS_PER_INSERT }, () => row).join(', ')
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
