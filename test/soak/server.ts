/* A node in a process of its own, which writes when it is told to: forked by test/soak/run.ts. */
import { pino } from 'pino'
import { loadConfig } from '../../src/node/config.ts'
import { startNode } from '../../src/node/node.ts'
import { createValue } from '../../src/record/value.ts'
import { putOf } from '../support/store.ts'
import { GarbageCollector } from './collector.ts'
import { NAME_COUNT, nameOf, PREFIX } from './names.ts'

/** What the server is told: write this version of a name; or collect your garbage; or stop. */
export type Order =
  | { readonly kind: 'write'; readonly number: number; readonly version: number }
  | { readonly kind: 'collect' }
  | { readonly kind: 'stop' }

/** What the server says. */
export type Report =
  | { readonly kind: 'ready'; readonly native: number; readonly http: number }
  | { readonly kind: 'written'; readonly number: number; readonly version: number }
  | { readonly kind: 'collected' }
  | { readonly kind: 'stopped'; readonly counters: Record<string, number> }

const [data = '', workers = '2'] = process.argv.slice(2)
const config = loadConfig({
  flags: {
    data, workers, http: '127.0.0.1:0', native: '127.0.0.1:0', cache: '16',
  },
  env: {},
  file: 'no settings file',
})
const node = await startNode(config, { logger: pino({ level: 'warn' }) })
const blockOf = (number: number, version: number) => putOf(nameOf(number), [
  createValue(1, 'URL', `https://a.example/${number}`),
  createValue(2, 'NOTE', `version ${version}.`),
])
node.registry.execute([
  { operation: 'home', prefix: PREFIX },
  ...Array.from({ length: NAME_COUNT }, (_unused, number) => blockOf(number, 0)),
], 'soak')

const collector = new GarbageCollector()
const say = (report: Report): void => {
  process.send?.(report)
}
process.on('message', (order: Order) => {
  if (order.kind === 'write') {
    node.registry.execute([blockOf(order.number, order.version)], 'soak')
    say({ kind: 'written', number: order.number, version: order.version })
    return
  }
  if (order.kind === 'collect') {
    void collector.collect().then(() => {
      say({ kind: 'collected' })
    })
    return
  }
  collector.close()
  const counters = node.counters()
  void node.stop().then(() => {
    say({ kind: 'stopped', counters })
    process.disconnect?.()
  })
})
say({ kind: 'ready', native: node.nativeAddress.port, http: node.httpAddress.port })
