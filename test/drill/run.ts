import { Option } from 'commander'
import { DEMO, type TopologyPlan } from '../../deploy/demo/topology.ts'
import { namesOf, positiveNumber, wholeNumber } from '../../src/cli/command.ts'
import { Script } from '../../src/cli/script.ts'
import { createTerminal, printLine, printMessage } from '../../src/cli/terminal.ts'
import { runDrill } from './drill.ts'
import { type Failure, FAILURES } from './failures.ts'
import { formatDrill } from './report.ts'

interface Flags {
  readonly rate: number
  readonly outage: number
  readonly failures: readonly Failure[]
  readonly nodes: readonly string[]
  readonly json?: boolean
}

const prefixes = prefixesOf(DEMO)
const { rate, outage, failures, nodes, json } = new Script<Flags>('drill',
  'Breaks each node of the demo in turn, under load, and looks at every answer: kill -9 and start '
    + 'again, freeze and go on, stop and start again, replace: a new data folder with the old '
    + 'records, at another address where a parent names it. Names whose own chain is alive must '
    + 'never fail; those below a broken node are shown stale or fail in time; nothing is ever '
    + 'wrong; all of it comes back without a hand. Exits with 1 when one of it is not so.')
  .option('--rate <number>', 'resolutions a second', wholeNumber(1, 100_000), 2000)
  .option('--outage <seconds>', 'how long a node is away', positiveNumber(3600), 5)
  .addOption(listOption('--failures <kinds>', 'what is done, with commas', 'failure', FAILURES))
  .addOption(listOption('--nodes <prefixes>', 'to which nodes, with commas', 'node', prefixes))
  .option('--json', 'the result as JSON')
  .readFlags()
const terminal = createTerminal()
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => { stopping.abort(new Error('the drill was stopped')) })
}
const result = await runDrill({
  plan: DEMO,
  perSecond: rate,
  productCount: 500,
  productTtlSeconds: 2,
  siteTtlSeconds: 3,
  outageMs: outage * 1000,
  failures: nodes.flatMap((prefix) =>
    failures.map((failure) => [failure, prefix] as const)),
  signal: stopping.signal,
  onProgress: (line) => { printMessage(terminal, line) },
})
if (json === true) printLine(terminal, JSON.stringify(result, null, 2))
else {
  printLine(terminal, formatDrill(result, terminal))
  printLine(terminal, `${Math.round(result.perSecond)} resolutions a second`)
  for (const problem of result.problems) printLine(terminal, `PROBLEM ${problem}`)
  if (result.problems.length === 0) printLine(terminal, 'the drill was passed')
}
process.exitCode = result.problems.length === 0 ? 0 : 1

function prefixesOf({ top, secondaries, enterpriseNodes, recursives }: TopologyPlan): string[] {
  return [top, ...secondaries, ...enterpriseNodes, ...recursives].map(({ prefix }) => prefix)
}

function listOption(
  flags: string, description: string, what: string, all: readonly string[],
): Option {
  return new Option(flags, description).argParser(namesOf(what, all)).default(all, all.join(','))
}
