import t from 'tap'
import { parseIdentifier } from '../../../src/identifier/identifier.ts'
import { Challenges } from '../../../src/native/administration/challenges.ts'
import { IdSource } from '../../../src/native/administration/id-source.ts'
import { readRequest } from '../../../src/native/administration/request.ts'
import { requestFor } from '../../support/native.ts'

const create = () => {
  const clock = {
    ms: 0, elapsedMs: () => clock.ms, nowMs: () => clock.ms, nowSeconds: () => clock.ms / 1000,
  }
  const challenges = new Challenges(new IdSource(), clock)
  const request = readRequest(
    requestFor('88.1/A'), null, { transport: 'tcp', address: '192.0.2.1' })
  const command = { kind: 'delete', handle: parseIdentifier('88.1/A')! } as const
  const challenge = () => ({ request, command, covered: Buffer.from('nonce') })
  return { clock, challenges, challenge }
}

t.test('a challenge is taken once, in its time', async (t) => {
  const { clock, challenges, challenge } = create()
  const [first, second] = [challenge(), challenge()]
  t.same([challenges.add(first, 'a'), challenges.add(second, 'a')], [1, 2])
  t.same([challenges.find(1), challenges.find(2)], [[first], [second]])
  t.ok(challenges.take(1, first))
  t.notOk(challenges.take(1, first))
  t.same(challenges.find(1), [])
  clock.ms += 60_000
  t.same(challenges.find(2), [])
  t.equal(challenges.size, 0)
})

t.test('so many for one client, others go on; expired ones make room', async (t) => {
  const { clock, challenges, challenge } = create()
  for (let i = 0; i < 1024; i++) t.ok(challenges.add(challenge(), 'a') !== undefined)
  t.equal(challenges.add(challenge(), 'a'), undefined)
  t.ok(challenges.add(challenge(), 'b'))
  clock.ms += 60_000
  t.ok(challenges.add(challenge(), 'a'))
  t.equal(challenges.size, 1)
})
