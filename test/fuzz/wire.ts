import { Option } from 'commander'
import { wholeNumber } from '../../src/cli/command.ts'
import { Script } from '../../src/cli/script.ts'
import { canaries, type Canary, runCampaign } from './campaign.ts'

const SEED_MAX = 2 ** 48
const COUNT_DEFAULT = 10_000_000
const COUNT_MAX = 1e12

interface Flags {
  readonly seed: number
  readonly count: number
  readonly canary?: Canary
}

const { seed, count, canary } = new Script<Flags>('fuzz',
  'Fuzzes every decoder of the wire with messages that are made from its vectors. The same seed '
    + 'and count give the same ones. Exits with 1, and shows the message, when one crashes, hangs '
    + 'or allocates beyond the limits.')
  .addOption(new Option('--seed <number>', 'what the messages are made from')
    .argParser(wholeNumber(0, SEED_MAX)).default(process.pid * 7919, 'another each time'))
  .option('--count <number>', 'how many messages', wholeNumber(1, COUNT_MAX), COUNT_DEFAULT)
  .addOption(new Option('--canary <kind>', 'add a decoder that fails, to see it found')
    .choices(canaries))
  .readFlags()

console.log(`seed ${seed}, ${count} messages`)
const startMs = performance.now()
const result = runCampaign({
  seed,
  count,
  canary: canary ?? null,
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
