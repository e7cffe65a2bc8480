import t from 'tap'
import { systemClock } from '../../src/lib/clock.ts'

t.test('the units agree with each other', async (t) => {
  const seconds = systemClock.nowSeconds()
  const ms = systemClock.nowMs()
  t.ok(Number.isInteger(seconds))
  t.ok(Math.abs(ms / 1000 - seconds) < 5)
  const before = systemClock.elapsedMs()
  t.ok(systemClock.elapsedMs() >= before)
})
