import { createWriteStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { createSecretProver, type Prover } from '../../client/admin/prover.ts'
import { LINE_BYTES_MAX } from '../../registry/limits.ts'
import { LineSplitter } from '../../registry/lines.ts'
import { loadKeyProver, loadProver } from '../admin/auth.ts'
import {
  addAdminOptions,
  type AdminOptions,
  connectionOptions,
  parseServer,
} from '../admin/session-options.ts'
import { BatchLog, type BatchSummary } from '../batch/log.ts'
import { type BatchEntry, BatchParser } from '../batch/parser.ts'
import { BatchRunner, BatchStoppedError } from '../batch/runner.ts'
import { CliError } from '../cli-error.ts'
import { addExamples, type CommandContext, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { createProgress, type Progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

interface BatchOptions extends AdminOptions {
  readonly inFlight: number
}

/** What is read: its bytes, and how many there are when that is known. */
interface Source {
  readonly chunks: AsyncIterable<Buffer>
  readonly totalBytes: number
}

const inFlightDefault = 64
/** More than a server lets wait for one connection. */
const inFlightMax = 256

/** `suibiao batch <file> [log]` */
export function addBatch(program: Command, context: CommandContext): void {
  const command = addAdminOptions(program.command('batch')
    .argument('<file>', 'the batch file, or - for standard input')
    .argument('[log]', 'where the log goes (default: standard output)'))
    .option('--in-flight <number>', 'commands under way at a time',
      wholeNumber(1, inFlightMax), inFlightDefault)
    .addHelpText('after', `
The file has AUTHENTICATE, CREATE, ADD, MODIFY, REMOVE, DELETE, HOME, UNHOME, SESSIONSETUP; value
lines are INDEX TYPE TTL PERMISSIONS and UTF8 text, FILE path, ADMIN index:permissions:handle or
LIST index:handle;…; a blank line ends a record. The twelve permissions of ADMIN are add handle,
delete handle, add derived prefix, delete derived prefix, modify value, remove value, add value,
modify admin, remove admin, add admin, read value, list handles. Sessions always come to a key by
Diffie-Hellman. It goes on after failures; commands for one identifier keep their order. For
Handle.Net servers add --no-keep-connection.`)
    .action(async (file: string, log: string | undefined, options: BatchOptions) => {
      context.finish(await runBatchFile(file, log, options, context.terminal))
    })
  addExamples(command, [
    'suibiao batch create.txt --auth ./data/admin.json',
    'suibiao batch create.txt create.log --server 127.0.0.1:2641',
    'suibiao batch - --json < create.txt',
  ])
}

async function runBatchFile(
  file: string,
  log: string | undefined,
  options: BatchOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const handle = file === '-' ? undefined : await open(file)
  const output = log === undefined ? terminal.output : createWriteStream(log)
  const watched = log !== undefined || !('isTTY' in output && output.isTTY === true)
  const progress = createProgress(watched ? terminal : { ...terminal, interactive: false },
    'running', 'lines')
  try {
    const source = await sourceOf(handle, file)
    const summary = await runBatch(source, output, options, progress, terminal)
    return summary.failed + summary.invalid > 0 ? exitCodes.badLines : exitCodes.ok
  } finally {
    progress.stop()
    await handle?.close()
    if (output !== terminal.output) await finished(output.end())
  }
}

async function sourceOf(handle: FileHandle | undefined, file: string): Promise<Source> {
  if (handle === undefined) return { chunks: process.stdin, totalBytes: 0 }
  const stat = await handle.stat()
  if (stat.isDirectory()) {
    throw new CliError(exitCodes.failure, `${file}: is a folder; name a file or -`)
  }
  const chunks = handle.createReadStream({ autoClose: false })
  return { chunks, totalBytes: stat.isFile() ? stat.size : 0 }
}

/** Reads, runs and logs as it goes, so that the longest file needs no more memory than a short. */
async function runBatch(
  source: Source,
  output: NodeJS.WritableStream,
  options: BatchOptions,
  progress: Progress,
  terminal: Terminal,
): Promise<BatchSummary> {
  const log = new BatchLog(output, options.json ?? false)
  const parser = new BatchParser()
  const runner = new BatchRunner({
    server: parseServer(options.server),
    prover: await loadProver(options, terminal),
    ...await connectionOptions(options, terminal),
  }, options.inFlight, log)
  try {
    await log.start()
    for await (const entry of entriesOf(source, parser, progress)) {
      if (entry.kind !== 'authenticate') {
        await runner.run(entry)
        continue
      }
      const prover = await proverOf(entry, options, terminal)
      if (typeof prover !== 'string') await runner.authenticate(prover)
      else await log.invalid(entry.line, `authenticate: ${prover}`, false)
    }
    await runner.settle()
  } catch (error) {
    if (!(error instanceof BatchStoppedError)) throw error
    throw new CliError(exitCodes.unknown, `${error.message}; go on from there`)
  } finally {
    await runner.close()
    await log.end(parser.lineCount)
  }
  return log.summary
}

async function* entriesOf(
  source: Source,
  parser: BatchParser,
  progress: Progress,
): AsyncGenerator<BatchEntry> {
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  let bytes = 0
  for await (const chunk of source.chunks) {
    bytes += chunk.length
    for (const line of splitter.push(chunk)) yield* entryOf(line, parser)
    progress.update(bytes, source.totalBytes, parser.lineCount)
  }
  for (const line of splitter.end()) yield* entryOf(line, parser)
  const last = parser.end()
  if (last !== undefined) yield last
}

function* entryOf(line: string | object, parser: BatchParser): Generator<BatchEntry> {
  // What is too long to be kept is no line that means anything.
  const entry = parser.push(typeof line === 'string' ? line : `line-longer-than-${LINE_BYTES_MAX}`)
  if (entry !== undefined) yield entry
}

/** @returns why there is none, when the key can't be used */
async function proverOf(
  { identity, proof }: Extract<BatchEntry, { kind: 'authenticate' }>,
  options: BatchOptions,
  terminal: Terminal,
): Promise<Prover | string> {
  if (proof.kind === 'secret') return createSecretProver(identity, Buffer.from(proof.secret))
  try {
    const passphrase = proof.passphrase === null ? null : Buffer.from(proof.passphrase)
    return await loadKeyProver(identity, proof.path, { ...options, passphrase }, terminal)
  } catch (error) {
    if (error instanceof CliError) return error.message
    if (error instanceof Error && 'syscall' in error) return error.message
    throw error
  }
}
