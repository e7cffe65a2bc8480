import t from 'tap'
import { OFTEN_ASKED_COUNT } from '../../../src/client/limits.ts'
import { Pace } from '../../../src/client/upstream/pace.ts'

t.test('a server is asked often from so many questions a second on', async (t) => {
  const pace = new Pace()
  for (let i = 1; i < OFTEN_ASKED_COUNT; i++) t.notOk(pace.ask(i))
  t.ok(pace.ask(999))
  t.ok(pace.ask(1_001), 'and in the second after it')
  t.ok(pace.ask(1_999))
  t.notOk(pace.ask(2_002), 'no longer when that had few')
})

t.test('what was long ago says nothing', async (t) => {
  const pace = new Pace()
  for (let i = 0; i < OFTEN_ASKED_COUNT; i++) pace.ask(0)
  t.notOk(pace.ask(60_000))
})
