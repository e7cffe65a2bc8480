import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { exportRecords } from '../../registry/export.ts'
import type { ReadStore } from '../../store/store.ts'
import { CliError } from '../cli-error.ts'
import { addDataOptions, addExamples, type CommandContext, type DataOptions } from '../command.ts'
import { openData } from '../data-folder.ts'
import { exitCodes } from '../exit-codes.ts'
import { createProgress, type Progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

interface ExportOptions extends DataOptions {
  readonly output?: string
  readonly prefix?: string
  readonly secrets?: boolean
}

/** Characters written at once, so that a pipe is not served line by line. */
const chunkLength = 65_536

/** `suibiao export` */
export function addExport(program: Command, context: CommandContext): void {
  const command = addDataOptions(program.command('export'))
    .option('--output <file>', 'write to this new file (default: standard output)')
    .option('--prefix <prefix>', 'only the records under this prefix')
    .option('--secrets', 'also the secrets of administrators (HS_SECKEY), readable by anyone')
    .action(async (options: ExportOptions) => {
      await runExport(options, context.terminal)
      context.finish(exitCodes.ok)
    })
  addExamples(command, [
    'suibiao export > records.ndjson',
    'suibiao export --prefix 88.118.8 --output enterprise.ndjson',
    'suibiao export --data /var/lib/suibiao --secrets | gzip > backup.ndjson.gz',
  ])
}

async function runExport(options: ExportOptions, terminal: Terminal): Promise<void> {
  const prefix = options.prefix === undefined ? undefined : assertPrefix(options.prefix)
  const { store } = await openData(options)
  const progress = createProgress(terminal, 'exporting', 'records')
  try {
    const chunks = Readable.from(recordChunks(store, prefix, options, progress))
    if (options.output === undefined) {
      await pipeline(chunks, terminal.output, { end: false })
    } else {
      await pipeline(chunks, createWriteStream(options.output, { mode: 0o600 }))
    }
  } catch (error) {
    // A reader such as `head` that has had enough is no failure.
    if (!isBrokenPipe(error)) throw error
  } finally {
    progress.stop()
    store.close()
  }
}

function assertPrefix(text: string): string {
  if (text !== '' && !text.includes('/')) return text
  const what = `--prefix: ${JSON.stringify(text)} is no prefix`
  throw new CliError(exitCodes.usage, `${what}; write what stands before the slash: 88.118.8`)
}

function* recordChunks(
  store: ReadStore,
  prefix: string | undefined,
  { secrets = false }: ExportOptions,
  progress: Progress,
): Generator<string> {
  // Only the whole has a known size, so only it gets a bar.
  const total = prefix === undefined ? store.countRecords() : 0
  let chunk = ''
  let done = 0
  for (const line of exportRecords(store, prefix, { secrets })) {
    chunk += line
    done++
    if (chunk.length < chunkLength) continue
    yield chunk
    chunk = ''
    if (total > 0) progress.update(done, total)
  }
  if (chunk !== '') yield chunk
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}
