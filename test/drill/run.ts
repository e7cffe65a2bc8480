/*
 * Breaks each node of the demo in turn, under load, and looks at every answer:
 *   npm run drill -- [--rate N] [--outage SECONDS] [--failures kill,…] [--nodes 88.118,…] [--json]
 * kill -9 and start again, freeze and go on, stop and start again, replace: a new data folder with
 * the old records, at another address where a parent names it. Names whose own chain is alive
 * must never fail; those below a broken node are shown stale or fail in time; nothing is ever
 * wrong; all of it comes back without a hand. Exits with 1 when one of it is not so.
 */
import { parseArgs } from 'node:util'
import { DEMO, type TopologyPlan } from '../../deploy/demo/topology.ts'
import { createTerminal, printLine, printMessage } from '../../src/cli/terminal.ts'
import { runDrill } from './drill.ts'
import { FAILURES } from './failures.ts'
import { formatDrill } from './report.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2000' },
    outage: { type: 'string', default: '5' },
    failures: { type: 'string', default: FAILURES.join(',') },
    nodes: { type: 'string', default: prefixesOf(DEMO).join(',') },
    json: { type: 'boolean', default: false },
  },
})
const terminal = createTerminal()
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => { stopping.abort(new Error('the drill was stopped')) })
}
const failures = FAILURES.filter((failure) => values.failures.split(',').includes(failure))
const result = await runDrill({
  plan: DEMO,
  perSecond: Number(values.rate),
  productCount: 500,
  productTtlSeconds: 2,
  siteTtlSeconds: 3,
  outageMs: Number(values.outage) * 1000,
  failures: values.nodes.split(',').flatMap((prefix) =>
    failures.map((failure) => [failure, prefix] as const)),
  signal: stopping.signal,
  onProgress: (line) => { printMessage(terminal, line) },
})
if (values.json) printLine(terminal, JSON.stringify(result, null, 2))
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
