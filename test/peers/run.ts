import { namesOf } from '../../src/cli/command.ts'
import { Script } from '../../src/cli/script.ts'
import { runJavaClient } from './java/run.ts'
import { runPyhandle } from './pyhandle/run.ts'

const PEERS = { pyhandle: runPyhandle, java: runJavaClient }
type Peer = keyof typeof PEERS
const NAMES: readonly Peer[] = ['pyhandle', 'java']

const { only } = new Script<{ readonly only: readonly Peer[] }>('peers',
  'Runs the clients of the field against a node: pyhandle with its own write tests, and the stock '
    + 'Java client. Where one can’t be had it says so and goes on. Exits with 1 when one failed.')
  .option('--only <clients>', 'which of them, with commas', namesOf('client', NAMES), NAMES)
  .readFlags()

for (const name of only) if (!await PEERS[name]()) process.exitCode = 1
