import type { Command } from 'commander'
import { ExchangeError } from '../../client/exchange.ts'
import { fetchTrace } from '../../client/trace.ts'
import { allowedAddressText } from '../../client/upstream/address-policy.ts'
import { type Identifier, keyOf, parseIdentifier } from '../../identifier/identifier.ts'
import { systemClock } from '../../lib/clock.ts'
import { CounterTable } from '../../lib/counters.ts'
import { parseHostPort } from '../../lib/host-port.ts'
import { startRecursion } from '../../node/recursion.ts'
import { isSiteFile, parseRootServers, readSiteFile, type RootServer } from
  '../../node/root-servers.ts'
import type { Trace, TraceStep } from '../../record/trace.ts'
import { NO_RECORDS } from '../../resolver/no-records.ts'
import { USUAL_QUERY } from '../../resolver/query.ts'
import { NODE_COUNTERS } from '../../node/meters.ts'
import { CliError } from '../cli-error.ts'
import { addExamples, type CommandContext, timeoutOption } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { formatTable } from '../table.ts'
import { printable, printLine, type Terminal } from '../terminal.ts'

interface TraceOptions {
  readonly root?: string
  readonly server?: string
  readonly json?: boolean
  readonly timeout: number
}

const timeoutMsDefault = 5_000
/** Memory of one walk: enough for every record on the way. */
const walkCacheBytes = 16_777_216

/** `suibiao trace <identifier>` */
export function addTrace(program: Command, context: CommandContext): void {
  const command = program.command('trace')
    .argument('<identifier>', 'an identifier such as 88.118.8/P0001, or a prefix such as 88.118')
    .option('--server <host:port>', 'HTTP address of the node whose way it is, on this machine '
      + '(default: 127.0.0.1:8000)')
    .option('--root <servers>', 'go the way from here instead: HOST:PORT,… or a site file')
    .option('--json', 'as one JSON object')
    .addOption(timeoutOption(timeoutMsDefault, 'the way may take'))
    .action(async (text: string, options: TraceOptions) => {
      context.finish(await runTrace(text, options, context.terminal))
    })
  addExamples(command, [
    'suibiao trace 88.118.8/P0001',
    'suibiao trace 88.118.8/P0001 --server 127.0.0.1:8001 --json',
    'suibiao trace 88.118.8/P0001 --root 127.0.0.1:2641',
  ])
}

async function runTrace(
  text: string, options: TraceOptions, terminal: Terminal,
): Promise<ExitCode> {
  const identifier = parseIdentifier(text)
  if (identifier === undefined) {
    throw new CliError(exitCodes.usage, 'that is no identifier; write it as PREFIX/SUFFIX')
  }
  const trace = options.root === undefined
    ? await askNode(identifier, options)
    : await walk(identifier, rootsOf(options.root), options.timeout)
  if (options.json === true) printLine(terminal, JSON.stringify(trace))
  else printTrace(trace, terminal)
  return exitCodeOf(trace)
}

async function askNode(identifier: Identifier, options: TraceOptions): Promise<Trace> {
  const server = parseHostPort(options.server ?? '127.0.0.1', 8000)
  if (server === undefined || server.port === 0) {
    throw new CliError(exitCodes.usage, '--server: write HOST:PORT or [IPV6]:PORT')
  }
  try {
    return await fetchTrace(identifier, server, { timeoutMs: options.timeout })
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    throw new CliError(exitCodes.unknown, `${error.message}; check --server, or give --root`)
  }
}

/** The walk of a node that knows nothing yet. */
async function walk(
  identifier: Identifier, roots: readonly RootServer[], timeoutMs: number,
): Promise<Trace> {
  const counters = CounterTable.create(NODE_COUNTERS)
  // A root on a closed network leads to nodes on it.
  const allowPrivate = roots.some(({ host }) => allowedAddressText(host, false) === undefined)
  const recursing = startRecursion(NO_RECORDS, {
    roots, allowPrivate, timeoutMs, absentSeconds: 0, staleSeconds: 0, signaturesDemanded: false,
    ca: null,
  }, walkCacheBytes, systemClock, { counters })
  try {
    return await recursing.resolver.trace({ ...USUAL_QUERY, key: keyOf(identifier) })
  } finally {
    recursing.stop()
  }
}

function rootsOf(text: string): RootServer[] {
  const roots = isSiteFile(text) ? readSiteFile(text) : parseRootServers(text)
  if (roots !== undefined) return roots
  throw new CliError(exitCodes.usage, '--root: write HOST:PORT, or name a site file')
}

function printTrace(trace: Trace, terminal: Terminal): void {
  const rows = trace.steps.map((step, i) => [
    String(i + 1), printable(step.name), whoOf(step), formatMs(step.tookMs), printable(step.answer),
  ])
  printLine(terminal, formatTable(['', 'asked for', 'whom', 'ms', 'answer'], rows, terminal))
  const name = printable(trace.identifier)
  printLine(terminal, `${name}: ${printable(trace.outcome)}, in ${formatMs(trace.tookMs)} ms`)
}

function whoOf({ from, server, protocol }: TraceStep): string {
  return server === null ? from : `${printable(server)} by ${(protocol ?? '').toUpperCase()}`
}

function formatMs(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0)
}

function exitCodeOf({ kind }: Trace): ExitCode {
  switch (kind) {
    case 'found':
      return exitCodes.ok
    case 'absent':
    case 'no-values':
      return exitCodes.notFound
    default:
      return exitCodes.unknown
  }
}
