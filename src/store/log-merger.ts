import Database, { type Statement } from 'better-sqlite3'

/**
 * Merges the write-ahead log into the database's file, on a connection of its own: SQLite lets
 * one do that while another writes, so that whoever commits need not wait for it.
 */
export class LogMerger {
  readonly #database: Database.Database
  readonly #merge: Statement<[]>

  constructor(database: Database.Database) {
    this.#database = database
    // What readers still need of the log stays there; nobody is waited for.
    this.#merge = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /**
   * Merges what was committed so far. What the disk does not take stays in the log, where it is
   * safe, and the next merge tries again: as SQLite does when it merges after a commit.
   */
  merge(): void {
    try {
      this.#merge.get()
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error
    }
  }

  close(): void {
    this.#database.close()
  }
}
