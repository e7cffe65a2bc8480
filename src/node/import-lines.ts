import { systemClock } from '../lib/clock.ts'
import { GenerationTable } from '../lib/generations.ts'
import { importBatches, type ImportOptions, type ImportSummary } from '../registry/import.ts'
import { Registry } from '../registry/registry.ts'
import { openStore } from '../store/open.ts'
import { readRecordBatches } from './line-reader.ts'
import { LogMerging } from './log-merging.ts'

/**
 * Imports the lines of an open file into a database that nobody else has open: one thread reads,
 * this one writes, a third merges the log.
 * @param path the database's file
 * @param fd stays open; 0 is standard input
 * @throws StoreOpenError, LineThreadError; whatever importBatches throws
 */
export async function importLines(
  path: string, fd: number, options: ImportOptions,
): Promise<ImportSummary> {
  const store = openStore(path)
  const merging = new LogMerging(store, path)
  try {
    merging.start()
    const registry = new Registry({
      store,
      // Nobody else caches answers of this database.
      generations: GenerationTable.create(1),
      clock: systemClock,
      onCommitted: (changeCount) => {
        merging.afterCommit(changeCount)
      },
    })
    return await importBatches(
      registry, readRecordBatches(fd, options.strict ?? false), options)
  } finally {
    await merging.stop()
    store.close()
  }
}
