import { spawnSync } from 'node:child_process'
import type { Row } from './results.ts'

const ROUND_COUNT = 5
/** Counting may cost three hundredths of the cheapest answer there is. */
const TARGET_RATIO = 0.97

/**
 * What counting costs an answer from memory: the same answers with it and without, no sockets,
 * each in processes of its own, since code that meets both kinds is compiled for both.
 */
export function measureMetering(seconds: number): Row {
  let counted = 0
  let bare = 0
  for (let round = 0; round < ROUND_COUNT; round++) {
    bare = Math.max(bare, run('without', seconds))
    counted = Math.max(counted, run('with', seconds))
  }
  return {
    door: 'an answer from memory, counted',
    perSecond: counted,
    baselinePerSecond: bare,
    p50Ms: null, p99Ms: null, p999Ms: null,
    serverShare: null,
    target: { ratio: TARGET_RATIO },
  }
}

function run(kind: 'with' | 'without', seconds: number): number {
  const args = ['bench/metering-process.ts', kind, String(seconds)]
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${args.join(' ')} failed: ${done.stderr}`)
  return Number(done.stdout)
}
