import t from 'tap'
import { HttpSessions } from '../../src/registry/http-sessions.ts'

const create = () => {
  const clock = {
    ms: 0, elapsedMs: () => clock.ms, nowMs: () => clock.ms, nowSeconds: () => clock.ms / 1000,
  }
  return { clock, sessions: new HttpSessions(clock) }
}
const origin = (n: number) => ({ transport: 'https', address: `192.0.2.${n}` }) as const
const identity = { handle: '88.1/A', index: 300 }

t.test('an unproven session lives a minute, a proven one as long as it is used', async (t) => {
  const { clock, sessions } = create()
  const one = sessions.open(origin(1))!
  const other = sessions.open(origin(1))!
  t.not(one.sessionId, other.sessionId)
  sessions.prove(one, identity)
  clock.ms += 60_000
  t.equal(sessions.find(other.sessionId), undefined)
  t.ok(sessions.find(one.sessionId))
  for (let i = 0; i < 5; i++) {
    clock.ms += 1_799_000
    t.same(sessions.find(one.sessionId)?.authenticated, identity)
  }
  clock.ms += 1_800_000
  t.equal(sessions.find(one.sessionId), undefined)
})

t.test('so many a client, so many in all', async (t) => {
  const { clock, sessions } = create()
  for (let i = 0; i < 64; i++) t.ok(sessions.open(origin(1)))
  t.equal(sessions.open(origin(1)), undefined)
  t.ok(sessions.open(origin(2)))
  for (let n = 3; sessions.size < 10_000; n++) {
    sessions.open({ ...origin(1), address: `10.${n >> 6}.0.1` })
  }
  t.equal(sessions.open(origin(9)), undefined)
  clock.ms += 60_000
  t.ok(sessions.open(origin(9)), 'expired ones make room')
  t.equal(sessions.size, 1)
})
