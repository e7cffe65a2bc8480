import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { registerLines } from '../../src/desk/bulk.ts'
import type { Desk } from '../../src/desk/door.ts'
import { BULK_BATCH_ROWS, BULK_FLIGHT_COUNT_MAX } from '../../src/desk/limits.ts'
import { createDeskSetting } from './setting.ts'

const ROWS_PER_CHUNK = 500
const CHUNK_COUNT = 24

t.test('a stream waits for the disk, and hears of each line in order', async (t) => {
  const s = await createDeskSetting(t, '88.118')
  let underWay = 0
  let underWayMax = 0
  let pulled = 0
  let pulledAtFirst = 0
  const slow: Pick<Desk, 'register' | 'findTemplate'> = {
    findTemplate: (...args) => s.desk.findTemplate(...args),
    async register(...args) {
      underWayMax = Math.max(underWayMax, ++underWay)
      // Until the next one is here too, and no more come.
      while (underWay < BULK_FLIGHT_COUNT_MAX && pulled < CHUNK_COUNT) await delay(1)
      await delay(10)
      pulledAtFirst ||= pulled
      const result = await s.desk.register(...args)
      underWay--
      return result
    },
  }
  async function* chunks() {
    for (; pulled < CHUNK_COUNT; pulled++) {
      yield Buffer.from(Array.from({ length: ROWS_PER_CHUNK }, (_unused, i) =>
        `{"handle":"88.118/P${pulled * ROWS_PER_CHUNK + i}","values":[`
        + '{"index":2000,"type":"NAME","data":"x"}]}\n').join(''))
      // As a socket does, so that gathering is not done before the first batch is stored.
      await delay(0)
    }
  }
  const lines = registerLines(slow as Desk, s.caller(s.first.apiKey), chunks(),
    { mode: 'create', answersAll: true }, s.clock)
  let text = ''
  for await (const part of lines) text += part
  const answers = text.trimEnd().split('\n').map((line) => JSON.parse(line))
  const count = CHUNK_COUNT * ROWS_PER_CHUNK
  t.match(answers.pop(), { summary: { read: count, created: count } })
  t.same(answers.map((one) => one.line), Array.from({ length: count }, (_unused, i) => i + 1))
  t.equal(underWayMax, BULK_FLIGHT_COUNT_MAX)
  // One batch more than is under way may be gathered, and a chunk that waits.
  const batchesMax = BULK_FLIGHT_COUNT_MAX + 1
  t.ok(pulledAtFirst <= batchesMax * BULK_BATCH_ROWS / ROWS_PER_CHUNK + 1)
})
