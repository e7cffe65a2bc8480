/*
 * Holds a node under a mixed load and looks for anything that grows:
 *   npm run soak -- [--minutes N] [--rate N] [--workers N] [--json]
 * 99 % reads over Zipf names over UDP, TCP and HTTP, 1 % writes, connections that come and go,
 * malformed messages. Exits with 1 when memory, descriptors or latency grow (trend.ts says how
 * that is judged), or when an answer is wrong, older than an acknowledged write, or missing.
 */
import { parseArgs } from 'node:util'
import { SoakRun } from './soak-run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})

const run = await SoakRun.start({
  seconds: Number(values.minutes) * 60,
  perSecond: Number(values.rate),
  workers: values.workers,
  onProgress: (line) => {
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`)
  },
})
const result = await run.finish()
if (process.stderr.isTTY) process.stderr.write('\n')
if (values.json) console.log(JSON.stringify(result, null, 2))
else {
  console.log(`${result.asked} answers, ${result.written} writes, ${result.lost} datagrams lost`)
  for (const problem of result.problems) console.log(`PROBLEM ${problem}`)
  console.log(result.problems.length === 0 ? 'nothing grew' : 'the soak failed')
}
process.exitCode = result.problems.length === 0 ? 0 : 1
