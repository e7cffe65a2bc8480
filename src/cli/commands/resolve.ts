import { type Command, InvalidArgumentError, Option } from 'commander'
import { type FetchOptions, fetchRecord, type Transport } from '../../client/resolve.ts'
import type { Fetched } from '../../client/outcome.ts'
import { type Identifier, parseIdentifier } from '../../identifier/identifier.ts'
import { formatHostPort, type HostPort, parseHostPort } from '../../lib/host-port.ts'
import { formatValue } from '../../record/value-json.ts'
import { CliError } from '../cli-error.ts'
import { addExamples, type CommandContext, timeoutOption, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { formatOutcome } from '../outcome-text.ts'
import { printLine, printMessage, type Terminal } from '../terminal.ts'

interface ResolveOptions {
  readonly server?: string
  readonly tcp?: boolean
  readonly http?: boolean
  readonly type: readonly string[]
  readonly index: readonly number[]
  readonly json?: boolean
  readonly timeout: number
}

const indexMax = 0xffffffff
const timeoutMsDefault = 5_000

/** `suibiao resolve <identifier...>` */
export function addResolve(program: Command, context: CommandContext): void {
  const command = program.command('resolve')
    .argument('<identifier...>', 'identifiers such as 88.118.8/P0001, or prefixes such as 88.118')
    .option('--server <host:port>', 'whom to ask (default: 127.0.0.1:2641, over HTTP :8000)')
    .addOption(new Option('--udp', 'by UDP (the default)').conflicts(['tcp', 'http']))
    .addOption(new Option('--tcp', 'by TCP').conflicts(['udp', 'http']))
    .addOption(new Option('--http', 'by the HTTP JSON API').conflicts(['udp', 'tcp']))
    .option('--type <type>', 'only values of this type; repeatable', collectText, [])
    .option('--index <number>', 'only the value of this index; repeatable', collectIndex, [])
    .option('--json', 'one JSON object a line and identifier')
    .addOption(timeoutOption(timeoutMsDefault))
    .action(async (texts: string[], options: ResolveOptions) => {
      context.finish(await resolveAll(texts, options, context.terminal))
    })
  addExamples(command, [
    'suibiao resolve 88.118.8/P0001',
    'suibiao resolve 88.118.8/P0001 --type URL --type EMAIL --json',
    'suibiao resolve 88.118 --server [::1]:2641 --tcp',
    'suibiao resolve 88.118.8/P0001 --http --server 127.0.0.1:8000',
  ])
}

function collectText(text: string, before: readonly string[]): readonly string[] {
  if (text === '') throw new InvalidArgumentError('It takes the name of a type.')
  return [...before, text]
}

function collectIndex(text: string, before: readonly number[]): readonly number[] {
  return [...before, wholeNumber(1, indexMax)(text)]
}

/** Asks for one identifier after the other. @returns the worst of their exit codes */
async function resolveAll(
  texts: readonly string[],
  options: ResolveOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const identifiers = texts.map(assertIdentifier)
  const transport = transportOf(options)
  const fetchOptions: FetchOptions = {
    server: serverOf(options, transport),
    transport,
    types: options.type,
    indexes: options.index,
    timeoutMs: options.timeout,
  }
  let worst: ExitCode = exitCodes.ok
  for (const identifier of identifiers) {
    const outcome = await fetchRecord(identifier, fetchOptions)
    if (options.json === true) printLine(terminal, JSON.stringify(jsonOf(identifier, outcome)))
    else printOutcome(identifier, outcome, fetchOptions, terminal)
    const exitCode = exitCodeOf(outcome)
    if (exitCode > worst) worst = exitCode
  }
  return worst
}

function assertIdentifier(text: string): Identifier {
  const identifier = parseIdentifier(text)
  if (identifier !== undefined) return identifier
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  throw new CliError(exitCodes.usage, `${shown} is no identifier; write it as PREFIX/SUFFIX`)
}

function transportOf(options: ResolveOptions): Transport {
  if (options.http === true) return 'http'
  return options.tcp === true ? 'tcp' : 'udp'
}

function serverOf(options: ResolveOptions, transport: Transport): HostPort {
  const portDefault = transport === 'http' ? 8000 : 2641
  const text = options.server ?? '127.0.0.1'
  const server = parseHostPort(text, portDefault)
  if (server !== undefined && server.port > 0) return server
  const what = `--server: ${JSON.stringify(text)} is no address`
  throw new CliError(exitCodes.usage, `${what}; write HOST:PORT or [IPV6]:PORT`)
}

function exitCodeOf(outcome: Fetched): ExitCode {
  switch (outcome.kind) {
    case 'found':
      return exitCodes.ok
    case 'absent':
    case 'no-values':
      return exitCodes.notFound
    case 'restricted':
    case 'referral':
    case 'not-homed':
    case 'failed':
      return exitCodes.unknown
  }
}

function jsonOf(identifier: Identifier, outcome: Fetched): object {
  const { kind, ...rest } = outcome
  const values = 'values' in outcome ? { values: outcome.values.map(formatValue) } : {}
  return { handle: identifier, outcome: kind, ...rest, ...values }
}

function printOutcome(
  identifier: Identifier,
  outcome: Fetched,
  options: FetchOptions,
  terminal: Terminal,
): void {
  const where = `${formatHostPort(options.server)} by ${options.transport.toUpperCase()}`
  const { result, message } = formatOutcome(identifier, outcome, where, terminal)
  if (result !== undefined) printLine(terminal, result)
  if (message !== undefined) printMessage(terminal, message)
}
