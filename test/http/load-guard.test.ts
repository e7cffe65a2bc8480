import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { LoadGuard } from '../../src/http/load-guard.ts'
import {
  IN_FLIGHT_COUNT_MAX, TURN_BUDGET_MS, TURN_REQUEST_COUNT_MIN,
} from '../../src/http/limits.ts'

const createSetting = () => {
  const clock = { ms: 5_000, nowMs: () => 0, nowSeconds: () => 0, elapsedMs: () => clock.ms }
  return { clock, guard: new LoadGuard(clock) }
}
const createResponse = () => new EventEmitter() as unknown as ServerResponse

t.test('a turn has a budget, and the next one a new one', async (t) => {
  const { clock, guard } = createSetting()
  t.equal(guard.isBusy(), false)
  for (let i = 0; i < TURN_REQUEST_COUNT_MIN; i++) guard.take(createResponse())
  clock.ms += TURN_BUDGET_MS
  t.equal(guard.isBusy(), false, 'just within it')
  clock.ms += 1
  t.equal(guard.isBusy(), true)
  t.equal(guard.isBusy(), true)
  await turn()
  t.equal(guard.isBusy(), false)
  clock.ms += 10 * TURN_BUDGET_MS
  for (let i = 1; i < TURN_REQUEST_COUNT_MIN; i++) guard.take(createResponse())
  t.equal(guard.isBusy(), false, 'a turn held up over a few requests')
  await turn()
  clock.ms += 10 * TURN_BUDGET_MS
  t.equal(guard.isBusy(), false, 'idle time is no turn')
})

t.test('what waits is limited in number', async (t) => {
  const { guard } = createSetting()
  const responses = Array.from({ length: IN_FLIGHT_COUNT_MAX }, createResponse)
  for (const response of responses) {
    t.equal(guard.isBusy(), false)
    guard.take(response)
  }
  t.equal(guard.isBusy(), true)
  responses[0]?.emit('close')
  t.equal(guard.isBusy(), false)
  for (const response of responses) response.emit('close')
  t.equal(guard.inFlight, 0, 'each is counted out once')
})
