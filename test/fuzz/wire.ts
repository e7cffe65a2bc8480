/*
 * Fuzzes every decoder of the wire:
 * node test/fuzz/wire.ts [--seed N] [--count N] [--canary throws|stalls|hoards]
 * The same seed and count give the same inputs. Exits with 1 and the input on a failure.
 */
import { parseArgs } from 'node:util'
import { canaries, runCampaign } from './campaign.ts'

const countDefault = '10000000'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(process.pid * 7919) },
    count: { type: 'string', default: countDefault },
    canary: { type: 'string' },
  },
})

const seed = Number(values.seed)
const count = Number(values.count)
console.log(`seed ${seed}, ${count} messages`)
const startMs = performance.now()
const result = runCampaign({
  seed,
  count,
  canary: canaries.find((one) => one === values.canary) ?? null,
  onProgress: (done) => {
    if (done > 0 && done % (4096 * 256) === 0) console.log(`${done} done`)
  },
})
const seconds = (performance.now() - startMs) / 1000
console.log(
  `${result.done} done in ${seconds.toFixed(1)} s, ${result.accepted} of them accepted, ` +
    `slowest ${result.slowestMs.toFixed(1)} ms, heap at most ${result.heapBytesMax} bytes`,
)
if (result.finding !== null) {
  const { decoder, reason, hex } = result.finding
  console.log(`FAILED in ${decoder}: ${reason}\n${hex}`)
  process.exitCode = 1
}
