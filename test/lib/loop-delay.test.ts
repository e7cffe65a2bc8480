import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { LoopDelayMonitor } from '../../src/lib/loop-delay.ts'

t.test('a loop that is held up is seen to be late', async (t) => {
  const monitor = new LoopDelayMonitor()
  t.teardown(() => { monitor.stop() })
  await delay(60)
  const until = performance.now() + 80
  while (performance.now() < until);
  await delay(60)
  const held = monitor.take()
  t.ok(held.max >= 0.05, `${held.max} s`)
  t.ok(held.p50 <= held.p99 && held.p99 <= held.max + 0.01)
  const empty = monitor.take()
  t.equal(empty.max, 0, 'each look starts anew')
})
