/*
 * Kills a node at random instants under a load of writes and checks what it left:
 *   npm run soak:kill -- [--kills N] [--workers N]
 * Exits with 1 when an acknowledged change was lost, a change was half there, or the change log
 * was not sound.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killRounds } from './kill-rounds.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    workers: { type: 'string', default: '2' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'suibiao-kill-'))
try {
  const { kills, acknowledged, problems } = await killRounds(
    join(folder, 'data'), Number(values.kills), Number(values.workers),
    (round) => { if (round % 20 === 0) process.stderr.write(`${round} kills\n`) })
  for (const problem of problems) console.log(`PROBLEM ${problem}`)
  console.log(`${kills} kills, ${acknowledged} acknowledged writes, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
