/*
 * Reads over UDP, pipelined TCP and HTTP while writes are acknowledged, and looks for one answer
 * that is older than what was acknowledged before it was asked for:
 *   npm run soak:readers -- [--reads N] [--workers N]
 * Exits with 1 when there is one, or when a question over TCP or HTTP was not answered.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readWhileWriting } from './reader-rounds.ts'

const { values } = parseArgs({
  options: {
    reads: { type: 'string', default: '1000000' },
    workers: { type: 'string', default: '2' },
  },
})
const PROBLEMS_SHOWN_MAX = 20
const folder = mkdtempSync(join(tmpdir(), 'suibiao-readers-'))
try {
  const { answers, writes, lost, problems } = await readWhileWriting(
    join(folder, 'data'), Number(values.workers), Number(values.reads), 0,
    (done, written) => { process.stderr.write(`${done} answers, ${written} writes\n`) })
  for (const problem of problems.slice(0, PROBLEMS_SHOWN_MAX)) console.log(`PROBLEM ${problem}`)
  console.log(`${answers.udp} answers over UDP, ${answers.tcp} over TCP, ${answers.http} over HTTP`)
  console.log(`${writes} acknowledged writes, ${lost} datagrams lost, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
