import { positiveNumber, wholeNumber } from '../../src/cli/command.ts'
import { Script } from '../../src/cli/script.ts'
import { SoakRun } from './soak-run.ts'

interface Flags {
  readonly minutes: number
  readonly rate: number
  readonly workers: number
  readonly json?: boolean
}

const WEEK_MINUTES = 7 * 24 * 60

const { minutes, rate, workers, json } = new Script<Flags>('soak',
  'Holds a node under a mixed load and looks for anything that grows: 99 % reads of names of '
    + 'which few are wanted most, over UDP, TCP and HTTP, 1 % writes, connections that come and '
    + 'go, malformed messages. Exits with 1 when memory, descriptors or latency grow, or when an '
    + 'answer is wrong, older than an acknowledged write, or missing.')
  .option('--minutes <number>', 'how long it lasts', positiveNumber(WEEK_MINUTES), 30)
  .option('--rate <number>', 'questions a second', wholeNumber(1, 1_000_000), 2000)
  .option('--workers <number>', 'resolver threads of the node', wholeNumber(0, 256), 2)
  .option('--json', 'the result as JSON')
  .readFlags()

const run = await SoakRun.start({
  seconds: minutes * 60,
  perSecond: rate,
  workers: String(workers),
  onProgress: (line) => {
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`)
  },
})
const result = await run.finish()
if (process.stderr.isTTY) process.stderr.write('\n')
if (json === true) console.log(JSON.stringify(result, null, 2))
else {
  console.log(`${result.asked} answers, ${result.written} writes, ${result.lost} datagrams lost`)
  for (const problem of result.problems) console.log(`PROBLEM ${problem}`)
  console.log(result.problems.length === 0 ? 'nothing grew' : 'the soak failed')
}
process.exitCode = result.problems.length === 0 ? 0 : 1
