import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wholeNumber } from '../../src/cli/command.ts'
import { Script } from '../../src/cli/script.ts'
import { readWhileWriting } from './reader-rounds.ts'

interface Flags {
  readonly reads: number
  readonly workers: number
}

const flags = new Script<Flags>('soak:readers',
  'Reads over UDP, pipelined TCP and HTTP while writes are acknowledged, and looks for one answer '
    + 'that is older than what was acknowledged before it was asked for. Exits with 1 when there '
    + 'is one, or when a question over TCP or HTTP was not answered.')
  .option('--reads <number>', 'how many answers', wholeNumber(1, 1e12), 1_000_000)
  .option('--workers <number>', 'resolver threads of the node', wholeNumber(0, 256), 2)
  .readFlags()
const PROBLEMS_SHOWN_MAX = 20
const folder = mkdtempSync(join(tmpdir(), 'suibiao-readers-'))
try {
  const { answers, writes, lost, problems } = await readWhileWriting(
    join(folder, 'data'), flags.workers, flags.reads, 0,
    (done, written) => { process.stderr.write(`${done} answers, ${written} writes\n`) })
  for (const problem of problems.slice(0, PROBLEMS_SHOWN_MAX)) console.log(`PROBLEM ${problem}`)
  console.log(`${answers.udp} answers over UDP, ${answers.tcp} over TCP, ${answers.http} over HTTP`)
  console.log(`${writes} acknowledged writes, ${lost} datagrams lost, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
