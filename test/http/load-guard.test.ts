import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { LoadGuard } from '../../src/http/load-guard.ts'
import {
  IN_FLIGHT_COUNT_MAX, REFUSING_MS_MAX, WORK_COUNT_MIN, WORKING_MS_MAX,
} from '../../src/http/limits.ts'

const createSetting = () => {
  const clock = { ms: 5_000, nowMs: () => 0, nowSeconds: () => 0, elapsedMs: () => clock.ms }
  return { clock, guard: new LoadGuard(clock) }
}
const createResponse = () => new EventEmitter() as unknown as ServerResponse

const takeMany = (guard: LoadGuard, count: number): void => {
  for (let i = 0; i < count; i++) {
    const response = createResponse()
    guard.take(response)
    response.emit('close')
  }
}

t.test('work, then a tenth of that time refusals, then work again', async (t) => {
  const { clock, guard } = createSetting()
  for (let cycle = 0; cycle < 3; cycle++) {
    t.equal(guard.isBusy(), false)
    takeMany(guard, WORK_COUNT_MIN)
    clock.ms += WORKING_MS_MAX
    t.equal(guard.isBusy(), false, 'just within it')
    clock.ms += 300
    t.equal(guard.isBusy(), true, 'however long the last one took')
    clock.ms += REFUSING_MS_MAX
    t.equal(guard.isBusy(), true)
    clock.ms += 1
  }
  t.equal(guard.isBusy(), false)
})

t.test('a turn that ends ends both', async (t) => {
  const { clock, guard } = createSetting()
  guard.isBusy()
  takeMany(guard, WORK_COUNT_MIN)
  clock.ms += WORKING_MS_MAX + 1
  t.equal(guard.isBusy(), true)
  await turn()
  t.equal(guard.isBusy(), false)
  await turn()
  clock.ms += 10 * WORKING_MS_MAX
  t.equal(guard.isBusy(), false, 'idle time is no work')
})

t.test('a thread held up over a few requests is not busy', async (t) => {
  const { clock, guard } = createSetting()
  guard.isBusy()
  takeMany(guard, WORK_COUNT_MIN - 1)
  clock.ms += 10 * WORKING_MS_MAX
  t.equal(guard.isBusy(), false)
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
