import { chmodSync } from 'node:fs'
import Database from 'better-sqlite3'
import {
  BUSY_TIMEOUT_MS,
  LOG_BYTES_KEPT,
  PAGE_BYTES,
  READER_CACHE_KIBIBYTES,
  WRITER_CACHE_KIBIBYTES,
} from './limits.ts'
import { LogMerger } from './log-merger.ts'
import { migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts'
import { SqliteReadStore } from './sqlite-read-store.ts'
import { SqliteStore } from './sqlite-store.ts'

/** The database can't be used; the message says what is wrong and what to do, in one line. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
}

/** Opens the database for the one writer, making or migrating it. @throws StoreOpenError */
export function openStore(path: string): SqliteStore {
  return guard(path, () => {
    const database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
    return closingOnError(database, () => {
      chmodSync(path, 0o600)
      refuseNewer(database, path)
      database.pragma(`page_size = ${PAGE_BYTES}`)
      database.pragma('journal_mode = WAL')
      // FULL: what was acknowledged is on the disk, whatever happens to the machine.
      database.pragma('synchronous = FULL')
      database.pragma(`cache_size = -${WRITER_CACHE_KIBIBYTES}`)
      database.pragma(`journal_size_limit = ${LOG_BYTES_KEPT}`)
      migrate(database)
      return new SqliteStore(database)
    })
  })
}

/** Opens the database for reading only, as every resolver thread does. @throws StoreOpenError */
export function openReadStore(path: string): SqliteReadStore {
  return guard(path, () => {
    const database = new Database(path, {
      readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS,
    })
    return closingOnError(database, () => {
      refuseNewer(database, path)
      if (schemaVersion(database) < SCHEMA_VERSION) {
        throw new StoreOpenError(
          `${path} holds no records yet, or those of an older version; start the node on it once`,
        )
      }
      database.pragma('query_only = ON')
      database.pragma(`cache_size = -${READER_CACHE_KIBIBYTES}`)
      return new SqliteReadStore(database)
    })
  })
}

/** Opens a connection that merges the log of a store that is open. @throws StoreOpenError */
export function openLogMerger(path: string): LogMerger {
  return guard(path, () => {
    const database = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
    return closingOnError(database, () => {
      database.pragma('synchronous = FULL')
      return new LogMerger(database)
    })
  })
}

function refuseNewer(database: Database.Database, path: string): void {
  const version = schemaVersion(database)
  if (version <= SCHEMA_VERSION) return
  throw new StoreOpenError(
    `${path} was written by a newer version (schema ${version}, this one knows ` +
      `${SCHEMA_VERSION}); update the software`,
  )
}

function closingOnError<T>(database: Database.Database, open: () => T): T {
  try {
    return open()
  } catch (error) {
    database.close()
    throw error
  }
}

function guard<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof StoreOpenError) throw error
    throw new StoreOpenError(explain(path, error))
  }
}

function explain(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return `${path} is damaged or no database of this node; restore it from a copy, or move it away`
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) {
    return `${path} can't be opened for writing; check the folder's owner and permissions`
  }
  if (code.startsWith('SQLITE_FULL')) return `the disk of ${path} is full; make room and try again`
  const reason = error instanceof Error ? error.message : String(error)
  return `${path} can't be opened: ${reason}`
}
