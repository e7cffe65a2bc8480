import t from 'tap'
import { HEDGE_MS_DEFAULT, HEDGE_MS_MAX, HEDGE_MS_MIN, MEASURED_LIFE_MS } from
  '../../../src/client/limits.ts'
import { ResponseTimes } from '../../../src/client/upstream/response-times.ts'

t.test('the smoothed time follows the measurements slowly', async (t) => {
  const times = new ResponseTimes()
  t.equal(times.smoothedMs(0), undefined, 'unknown at first')
  times.add(100, 0)
  t.equal(times.smoothedMs(0), 100)
  times.add(180, 1)
  t.equal(times.smoothedMs(1), 110)
  for (let i = 0; i < 100; i++) times.add(20, i)
  t.ok((times.smoothedMs(100) ?? 0) < 21)
})

t.test('a measurement counts for a while', async (t) => {
  const times = new ResponseTimes()
  times.add(100, 1000)
  t.equal(times.smoothedMs(1000 + MEASURED_LIFE_MS), 100)
  t.equal(times.smoothedMs(1001 + MEASURED_LIFE_MS), undefined)
})

t.test('when an answer is late', async (t) => {
  const times = new ResponseTimes()
  t.equal(times.lateAfterMs, HEDGE_MS_DEFAULT, 'unknown')
  times.add(30, 0)
  t.equal(times.lateAfterMs, 60, 'twice the slowest of a few')
  const tailed = new ResponseTimes()
  for (let i = 0; i < 64; i++) tailed.add(i < 60 ? 50 : 400, i)
  t.equal(tailed.lateAfterMs, 400)
  const steady = new ResponseTimes()
  for (let i = 0; i < 128; i++) steady.add(i === 70 ? 900 : 50, i)
  t.equal(steady.lateAfterMs, 50, 'one slow answer in 64 makes no tail')
})

t.test('lateness has bounds', async (t) => {
  const quick = new ResponseTimes()
  const slow = new ResponseTimes()
  for (let i = 0; i < 64; i++) {
    quick.add(0.1, i)
    slow.add(60_000, i)
  }
  t.equal(quick.lateAfterMs, HEDGE_MS_MIN)
  t.equal(slow.lateAfterMs, HEDGE_MS_MAX)
})
