import Database from 'better-sqlite3'
import { LOG_MERGE_PAGES, PAGE_BYTES, WRITER_CACHE_KIBIBYTES } from '../src/store/limits.ts'

/**
 * Makes a database as the store makes it, with records and a change log and nothing around them:
 * the same page size, cache, journal, fsyncs and merges.
 */
export function openBareStore(path: string): Database.Database {
  const database = new Database(path)
  database.pragma(`page_size = ${PAGE_BYTES}`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma(`cache_size = -${WRITER_CACHE_KIBIBYTES}`)
  database.pragma(`wal_autocheckpoint = ${LOG_MERGE_PAGES}`)
  database.exec(`
    CREATE TABLE records (key TEXT PRIMARY KEY, name TEXT, block BLOB NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TABLE changes (
      number INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, actor TEXT NOT NULL,
      operation TEXT NOT NULL, name TEXT NOT NULL, block BLOB, hash BLOB NOT NULL
    ) STRICT`)
  return database
}
