import { join } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../node/config.ts'
import { ImportStoppedError, type ImportSummary } from '../../registry/import.ts'
import { DATABASE_FILE } from '../../store/limits.ts'
import { BadLines } from '../bad-lines.ts'
import { CliError } from '../cli-error.ts'
import { addDataOptions, addExamples, type CommandContext, type DataOptions } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { counted, group } from '../format.ts'
import { createProgress } from '../progress.ts'
import { openSource, type Source } from '../source.ts'
import { printable, printLine, type Terminal } from '../terminal.ts'

interface ImportCommandOptions extends DataOptions {
  readonly strict?: boolean
  readonly json?: boolean
}

const prefixesShown = 20

/** `suibiao import <file>` */
export function addImport(program: Command, context: CommandContext): void {
  const command = addDataOptions(program.command('import'))
    .argument('<file>', 'a file with one record a line, or - for standard input')
    .option('--strict', 'stop at the first bad line')
    .option('--json', 'the summary as one JSON object')
    .addHelpText('after', `
A line is {"handle": "88.118.8/P1", "values": [{"index": 1, "type": "URL", "data": "https://…"}]}
in the value form of the JSON API. The prefixes of what is taken become homed here. Running the
same import again changes nothing. The node must not be running on the same data folder.`)
    .action(async (file: string, options: ImportCommandOptions) => {
      context.finish(await runImport(file, options, context.terminal))
    })
  addExamples(command, [
    'suibiao import records.ndjson',
    'suibiao import records.ndjson --data /var/lib/suibiao --strict --json',
    'zcat records.ndjson.gz | suibiao import -',
  ])
}

async function runImport(
  file: string,
  options: ImportCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { dataDir } = loadConfig({ flags: { data: options.data, config: options.config } })
  const source = await openSource(file)
  try {
    const badLines = new BadLines()
    const summary = await importInto(dataDir, source, options, badLines, terminal)
    badLines.print(terminal)
    printSummary(summary, options, terminal)
    return summary.bad > 0 ? exitCodes.badLines : exitCodes.ok
  } catch (error) {
    if (!(error instanceof ImportStoppedError)) throw error
    printSummary(error.summary, options, terminal)
    const what = `stopped at ${printable(error.message)}`
    throw new CliError(exitCodes.badLines, `${what}; the lines before it were taken, correct it`)
  } finally {
    await source.close()
  }
}

/** Takes the data folder for itself, imports, and gives it back. */
async function importInto(
  dataDir: string,
  source: Source,
  options: ImportCommandOptions,
  badLines: BadLines,
  terminal: Terminal,
): Promise<ImportSummary> {
  const { acquireDataLock } = await import('../../node/lock.ts')
  const { importLines } = await import('../../node/import-lines.ts')
  const lock = acquireDataLock(dataDir)
  const progress = createProgress(terminal, 'importing', 'records')
  try {
    return await importLines(join(dataDir, DATABASE_FILE), source.fd, {
      actor: 'import',
      strict: options.strict ?? false,
      onProgress: (bytes, records) => { progress.update(bytes, source.totalBytes, records) },
      onBadLine: (lineNumber, reason) => { badLines.add(lineNumber, reason) },
    })
  } finally {
    progress.stop()
    lock.release()
  }
}

function printSummary(
  summary: ImportSummary,
  options: ImportCommandOptions,
  terminal: Terminal,
): void {
  if (options.json === true) {
    printLine(terminal, JSON.stringify(summary))
    return
  }
  const { read, added, changed, unchanged, bad, prefixesHomed } = summary
  printLine(terminal, `${counted(read, 'record')} read: ${group(added)} added, `
    + `${group(changed)} changed, ${group(unchanged)} unchanged, ${group(bad)} refused`)
  if (prefixesHomed.length === 0) return
  const shown = prefixesHomed.slice(0, prefixesShown).map(printable).join(', ')
  const more = prefixesHomed.length - prefixesShown
  const rest = more > 0 ? ` and ${group(more)} more` : ''
  printLine(terminal,
    `${counted(prefixesHomed.length, 'prefix', 'prefixes')} homed: ${shown}${rest}`)
}
