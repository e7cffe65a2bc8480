import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
    if (!existsSync(dataDir)) {
      makeFolder(dataDir)
      chmodSync(dataDir, 0o700)
    }
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

/**
 * Makes a folder and those above it. Node's own way to do so never ends where the system says of a
 * folder that is there that it is not, as it does below /proc.
 */
function makeFolder(path: string): void {
  const above = dirname(path)
  if (!existsSync(above)) makeFolder(above)
  mkdirSync(path, { mode: 0o700 })
}

function folderError(dataDir: string, error: unknown): DataFolderError {
  const reason = error instanceof Error ? error.message : String(error)
  return new DataFolderError(
    `the data folder ${dataDir} can't be written (${reason}); ` +
      'choose another with --data or change its owner',
  )
}
