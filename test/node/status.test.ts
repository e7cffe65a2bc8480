import t from 'tap'
import { NodeStatus } from '../../src/node/status.ts'

t.test('ready once every part is, in every thread', async (t) => {
  const status = NodeStatus.create()
  const seen = NodeStatus.attach(status.buffer)
  for (const part of ['store', 'threads', 'native'] as const) {
    status.setReady(part, true)
    t.notOk(seen.readiness().ready)
  }
  status.setReady('http', true)
  t.ok(seen.readiness().ready)
  status.setReady('native', false)
  t.match(seen.readiness(), { ready: false, parts: { native: { ready: false } } })
  status.setHoldings({ records: 5_000_000_000, prefixes: 3 })
  t.same(seen.holdings(), { records: 5_000_000_000, prefixes: 3 })
})
