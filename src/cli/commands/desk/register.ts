import { type Command, Option } from 'commander'
import type { DeskApi } from '../../../client/desk-api.ts'
import type { StreamAnswer, StreamSummary } from '../../../client/desk-api-views.ts'
import { MODES } from '../../../desk/batch.ts'
import { BadLines } from '../../bad-lines.ts'
import { CliError } from '../../cli-error.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { formatIssues, spokenProblem } from '../../desk/problem-text.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { counted, group as grouped } from '../../format.ts'
import { createProgress, type Progress } from '../../progress.ts'
import { openSource, type Source } from '../../source.ts'
import { printable, printLine, printMessage, type Terminal } from '../../terminal.ts'

interface RegisterOptions extends DeskOptions {
  readonly mode: string
  readonly all?: boolean
}

const newline = 0x0a

/** `suibiao register <file>` */
export function addRegister(program: Command, context: CommandContext): void {
  const command = addDeskOptions(program.command('register')
    .argument('<file>', 'a file with one registration a line, or - for standard input')
    .addOption(new Option('--mode <mode>', 'create: new ones only; update: known ones only; '
      + 'put: both').choices(MODES).default('create'))
    .option('--all', 'with --json: a line for each registration, not for refused ones only'))
    .addHelpText('after', `
A line is {"handle": "88.118.8/P1", "values": [{"index": 2000, "type": "NAME", "data": "电机"}]}
in the value form of the JSON API, with "template": "car-1" where it follows a template. The file
may be of any length: it is sent as fast as the desk takes it.`)
    .action((file: string, options: RegisterOptions) => withDesk(options, context, async (desk) => {
      const source = await openSource(file)
      try {
        return await register(desk, source, options, context.terminal)
      } finally {
        await source.close()
      }
    }))
  addExamples(command, [
    'suibiao register products.ndjson',
    'suibiao register products.ndjson --mode put --json',
    'zcat products.ndjson.gz | suibiao register - --server https://desk.example:8443 \\',
    '    --apikey-file key.txt',
  ])
}

async function register(
  desk: DeskApi, source: Source, options: RegisterOptions, terminal: Terminal,
): Promise<ExitCode> {
  const { scopes } = await desk.fetchCaller()
  if (!scopes.includes('identifier:write')) {
    throw new CliError(exitCodes.unknown,
      'this key has no right to register; use one with the scope identifier:write')
  }
  const progress = createProgress(terminal, 'registering', 'lines')
  const counter = new Counter(source, progress)
  const badLines = new BadLines()
  let summary: StreamSummary | undefined
  const firstOf = new Map<string, number>()
  try {
    const answers = desk.registerLines(counter.pass(), options.mode, options.all === true)
    for await (const answer of answers) {
      if ('summary' in answer) ({ summary } = answer)
      else if ('code' in answer && !firstOf.has(answer.code)) firstOf.set(answer.code, answer.line)
      if (options.json === true) printLine(terminal, JSON.stringify(answer))
      else if ('code' in answer) badLines.add(answer.line, reasonOf(answer))
    }
  } catch (error) {
    progress.stop()
    badLines.print(terminal)
    throw brokenOff(error, counter.lines)
  }
  progress.stop()
  badLines.print(terminal)
  return summary === undefined ? exitCodes.unknown : endOf(summary, firstOf, options, terminal)
}

/** @param firstOf the first line that was refused for each reason */
function endOf(
  summary: StreamSummary, firstOf: ReadonlyMap<string, number>, options: RegisterOptions,
  terminal: Terminal,
): ExitCode {
  const { read, created, replaced, unchanged, refused, stopped } = summary
  if (options.json !== true) {
    printLine(terminal, `${counted(read, 'line')} read: ${grouped(created)} created, `
      + `${grouped(replaced)} replaced, ${grouped(unchanged)} unchanged, `
      + `${grouped(refused)} refused`)
  }
  if (stopped !== undefined) {
    const from = firstOf.get(stopped) ?? read
    printMessage(terminal,
      `the desk stopped (${printable(stopped)}); go on from line ${from} when that is mended`)
    return exitCodes.failure
  }
  return refused > 0 ? exitCodes.badLines : exitCodes.ok
}

function reasonOf(answer: Extract<StreamAnswer, { code: string }>): string {
  const { handle, message, errors } = answer
  const name = handle === undefined ? '' : `${handle}: `
  return name + (errors.length === 0 ? message : formatIssues(errors))
}

/** Lines that were acknowledged are kept; how far that was is not known for sure. */
function brokenOff(error: unknown, lines: number): unknown {
  const spoken = spokenProblem(error)
  if (!(spoken instanceof CliError) || spoken.exitCode !== exitCodes.unknown) return error
  const what = spoken.message.split(';', 1)[0] ?? ''
  return new CliError(exitCodes.unknown, `${what}, after ${counted(lines, 'line')} were sent; `
    + 'send all of it again with --mode put, which may be repeated')
}

/** Counts what is sent. */
class Counter {
  lines = 0
  readonly #source: Source
  readonly #progress: Progress

  constructor(source: Source, progress: Progress) {
    this.#source = source
    this.#progress = progress
  }

  async* pass(): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of this.#source.chunks) {
      yield chunk
      bytes += chunk.length
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) {
        this.lines++
      }
      this.#progress.update(bytes, this.#source.totalBytes, this.lines)
    }
  }
}
