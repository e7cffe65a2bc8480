/* A node in a process of its own, to be killed: forked by test/soak/kill-rounds.ts. */
import { pino } from 'pino'
import { loadConfig } from '../../src/node/config.ts'
import { startNode } from '../../src/node/node.ts'

const [data = '', workers = '0'] = process.argv.slice(2)
const config = loadConfig({
  flags: { data, workers, http: '127.0.0.1:0', native: '127.0.0.1:0', cache: '16' },
  env: {},
  file: 'no settings file',
})
const node = await startNode(config, { logger: pino({ level: 'silent' }) })
process.send?.(node.nativeAddress.port)
