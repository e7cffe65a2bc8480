import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../node/config.ts'
import { DATABASE_FILE } from '../store/limits.ts'
import type { SqliteReadStore } from '../store/sqlite-read-store.ts'
import { CliError } from './cli-error.ts'
import type { DataOptions } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/** A data folder opened for reading, beside a node that may be running on it. */
export interface OpenedData {
  readonly dataDir: string
  readonly databasePath: string
  readonly store: SqliteReadStore
}

/**
 * Opens the data folder that the options name, for reading only.
 * @throws CliError when it holds nothing, StoreOpenError when what it holds can't be read
 */
export async function openData(options: DataOptions): Promise<OpenedData> {
  const { dataDir } = loadConfig({ flags: { data: options.data, config: options.config } })
  const databasePath = join(dataDir, DATABASE_FILE)
  if (!existsSync(databasePath)) {
    const what = `there are no records in the data folder ${dataDir}`
    throw new CliError(exitCodes.failure, `${what}; import some, or name another with --data`)
  }
  const { openReadStore } = await import('../store/open.ts')
  return { dataDir, databasePath, store: openReadStore(databasePath) }
}
