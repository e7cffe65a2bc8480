import { join } from 'node:path'
import t from 'tap'
import { killRounds } from '../soak/kill-rounds.ts'

t.test('killed at any instant: nothing acknowledged is lost, nothing is half there', async (t) => {
  const { kills, acknowledged, problems } = await killRounds(join(t.testdir(), 'data'), 10, 0)
  t.same(problems, [])
  t.equal(kills, 10)
  t.ok(acknowledged > 200, `${acknowledged} writes were acknowledged`)
})
