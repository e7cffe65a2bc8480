import t from 'tap'
import { BREAKER_FAILURE_COUNT, BREAKER_PAUSE_MS, BREAKER_PAUSE_MS_MAX } from
  '../../../src/client/limits.ts'
import { Breaker } from '../../../src/client/upstream/breaker.ts'

function opened(): Breaker {
  const breaker = new Breaker()
  for (let i = 1; i < BREAKER_FAILURE_COUNT; i++) breaker.failed(0)
  breaker.failed(0)
  return breaker
}

t.test('it opens after failures in a row', async (t) => {
  const breaker = new Breaker()
  for (let i = 1; i < BREAKER_FAILURE_COUNT; i++) {
    t.notOk(breaker.failed(0))
    t.ok(breaker.tryPass(0))
  }
  breaker.succeeded()
  for (let i = 1; i < BREAKER_FAILURE_COUNT; i++) breaker.failed(0)
  t.ok(breaker.isClosed(), 'an answer in between starts the count anew')
  t.ok(breaker.failed(0))
  t.notOk(breaker.isClosed())
  t.notOk(breaker.tryPass(BREAKER_PAUSE_MS - 1))
})

t.test('half open, one may try', async (t) => {
  const breaker = opened()
  t.ok(breaker.tryPass(BREAKER_PAUSE_MS))
  t.notOk(breaker.tryPass(BREAKER_PAUSE_MS), 'only one')
  breaker.succeeded()
  t.ok(breaker.isClosed())
  t.ok(breaker.tryPass(BREAKER_PAUSE_MS))
})

t.test('a failed try doubles the pause, up to a bound', async (t) => {
  const breaker = opened()
  let now = BREAKER_PAUSE_MS
  t.ok(breaker.tryPass(now))
  t.notOk(breaker.failed(now), 'it was open before')
  t.notOk(breaker.tryPass(now + 2 * BREAKER_PAUSE_MS - 1))
  t.ok(breaker.tryPass(now + 2 * BREAKER_PAUSE_MS))
  for (let i = 0; i < 30; i++) {
    breaker.failed(now)
    now += BREAKER_PAUSE_MS_MAX
    t.ok(breaker.tryPass(now))
  }
})

t.test('failures of requests that were under way change nothing', async (t) => {
  const breaker = opened()
  for (let i = 0; i < 50; i++) t.notOk(breaker.failed(0))
  t.ok(breaker.tryPass(BREAKER_PAUSE_MS))
})

t.test('a try that was given up leaves the chance to another', async (t) => {
  const breaker = opened()
  t.ok(breaker.tryPass(BREAKER_PAUSE_MS))
  breaker.abandoned()
  t.ok(breaker.tryPass(BREAKER_PAUSE_MS))
})
