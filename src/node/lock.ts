import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type FolderLock, lockFolder } from '../store/folder-lock.ts'

/** The data folder is in use by a running node or another command. */
export class DataLockedError extends Error {
  constructor(dataDir: string) {
    super(`the data folder ${dataDir} is in use by a running node; stop it, or use another --data`)
  }
}

/** The data folder can't be made or written. */
export class DataFolderError extends Error {}

/**
 * Makes the data folder if need be, readable by its owner only, and takes it for this process.
 * The system releases it when the process ends, however that happens.
 * @throws DataLockedError, DataFolderError
 */
export function acquireDataLock(dataDir: string): FolderLock {
  try {
    const made = mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    if (made !== undefined) chmodSync(dataDir, 0o700)
  } catch (error) {
    throw folderError(dataDir, error)
  }
  let lock: FolderLock | undefined
  try {
    lock = lockFolder(join(dataDir, 'lock'))
  } catch (error) {
    throw folderError(dataDir, error)
  }
  if (lock === undefined) throw new DataLockedError(dataDir)
  return lock
}

function folderError(dataDir: string, error: unknown): DataFolderError {
  const reason = error instanceof Error ? error.message : String(error)
  return new DataFolderError(
    `the data folder ${dataDir} can't be written (${reason}); ` +
      'choose another with --data or change its owner',
  )
}
