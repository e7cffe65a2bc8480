import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { ADMIN_FILE, loadAdminFile } from '../admin/admin-file.ts'
import { addDataOptions, addExamples, type CommandContext, type DataOptions } from '../command.ts'
import { openData } from '../data-folder.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatBytes, formatTime, group } from '../format.ts'
import { formatTable } from '../table.ts'
import { printLine, type Terminal } from '../terminal.ts'

interface InfoOptions extends DataOptions {
  readonly json?: boolean
}

/** What a data folder holds, as `--json` shows it. */
interface DataInfo {
  readonly dataDir: string
  readonly records: number
  readonly prefixes: number
  readonly bytes: number
  /** Changes ever made, and when the last was; ISO form. */
  readonly changes: number
  readonly lastChange?: string
  readonly schema: number
  /** Who may administer it, `300:0.NA/88`, from its admin.json; null when it has none. */
  readonly administrator: string | null
}

/** `suibiao info` */
export function addInfo(program: Command, context: CommandContext): void {
  const command = addDataOptions(program.command('info'))
    .option('--json', 'as one JSON object')
    .action(async (options: InfoOptions) => {
      printInfo(await loadInfo(options), options, context.terminal)
      context.finish(exitCodes.ok)
    })
  addExamples(command, ['suibiao info', 'suibiao info --data /var/lib/suibiao --json'])
}

async function loadInfo(options: DataOptions): Promise<DataInfo> {
  const { dataDir, databasePath, store } = await openData(options)
  const { SCHEMA_VERSION } = await import('../../store/migrations.ts')
  try {
    const last = store.findLastChange()
    return {
      dataDir,
      records: store.countRecords(),
      prefixes: store.loadHomedPrefixes().length,
      bytes: bytesOf(databasePath) + bytesOf(`${databasePath}-wal`),
      changes: last?.number ?? 0,
      ...(last === undefined ? {} : { lastChange: formatTime(last.timeMs) }),
      // Any other schema is refused when the store is opened.
      schema: SCHEMA_VERSION,
      administrator: administratorOf(dataDir),
    }
  } finally {
    store.close()
  }
}

function administratorOf(dataDir: string): string | null {
  const path = join(dataDir, ADMIN_FILE)
  if (!existsSync(path)) return null
  const { handle, publicKeyIndex } = loadAdminFile(path)
  return `${publicKeyIndex}:${handle}`
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function printInfo(info: DataInfo, options: InfoOptions, terminal: Terminal): void {
  if (options.json === true) {
    printLine(terminal, JSON.stringify(info))
    return
  }
  printLine(terminal, formatTable(['what', 'how much'], [
    ['data folder', info.dataDir],
    ['records', group(info.records)],
    ['homed prefixes', group(info.prefixes)],
    ['size', formatBytes(info.bytes)],
    ['changes', group(info.changes)],
    ['last change', info.lastChange ?? 'never'],
    ['schema', String(info.schema)],
    ['administrator', info.administrator ?? 'none yet; the first start makes one'],
  ], terminal))
}
