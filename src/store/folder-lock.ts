import { chmodSync } from 'node:fs'
import Database from 'better-sqlite3'

export interface FolderLock {
  release(): void
}

/**
 * Takes a lock that the system gives back when the process ends: an exclusive transaction on a
 * small database of its own, since Node has no file locks.
 * @param path the lock's file, made when missing
 * @returns undefined when another process holds it
 * @throws when the file can't be written
 */
export function lockFolder(path: string): FolderLock | undefined {
  const database = new Database(path, { timeout: 0 })
  try {
    chmodSync(path, 0o600)
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      return undefined
    }
    throw error
  }
  return {
    release: () => {
      if (database.open) database.close()
    },
  }
}
