/* A node in a process of its own, for tests that load it or end it. */
import { pino } from 'pino'
import { loadConfig } from '../../src/node/config.ts'
import { startNode } from '../../src/node/node.ts'

/** What it says once it listens. */
export interface Ports { readonly native: number; readonly http: number }

const [data = '', workers = '0'] = process.argv.slice(2)
const config = loadConfig({
  flags: { data, workers, http: '127.0.0.1:0', native: '127.0.0.1:0', cache: '16' },
  env: {},
  file: 'no settings file',
})
const node = await startNode(config, { logger: pino({ level: 'silent' }) })
const ports: Ports = { native: node.nativeAddress.port, http: node.httpAddress.port }
process.send?.(ports)
