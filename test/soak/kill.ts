import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wholeNumber } from '../../src/cli/command.ts'
import { Script } from '../../src/cli/script.ts'
import { killRounds } from './kill-rounds.ts'

interface Flags {
  readonly kills: number
  readonly workers: number
}

const flags = new Script<Flags>('soak:kill',
  'Kills a node at random instants under a load of writes and checks what it left. Exits with 1 '
    + 'when an acknowledged change was lost, a change was half there, or the change log was not '
    + 'sound.')
  .option('--kills <number>', 'how many times', wholeNumber(1, 1_000_000), 200)
  .option('--workers <number>', 'resolver threads of the node', wholeNumber(0, 256), 2)
  .readFlags()
const folder = mkdtempSync(join(tmpdir(), 'suibiao-kill-'))
try {
  const { kills, acknowledged, problems } = await killRounds(
    join(folder, 'data'), flags.kills, flags.workers,
    (round) => { if (round % 20 === 0) process.stderr.write(`${round} kills\n`) })
  for (const problem of problems) console.log(`PROBLEM ${problem}`)
  console.log(`${kills} kills, ${acknowledged} acknowledged writes, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
