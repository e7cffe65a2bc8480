import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { SingleFlight } from '../../src/lib/single-flight.ts'

t.test('work is done once for all who ask meanwhile', async (t) => {
  const flights = new SingleFlight<string, number>()
  let started = 0
  const work = async (): Promise<number> => {
    const mine = ++started
    await delay(5)
    return mine
  }
  const asked = Array.from({ length: 10_000 }, () => flights.run('a', work))
  const other = flights.run('b', work)
  t.equal(flights.count, 2)
  t.equal(flights.get('a'), asked[0])
  t.same(new Set(await Promise.all(asked)), new Set([1]))
  t.equal(await other, 2)
  t.equal(flights.count, 0)
  t.equal(await flights.run('a', work), 3, 'and again for who asks later')
})

t.test('a failure reaches all, and is not kept', async (t) => {
  const flights = new SingleFlight<string, number>()
  const fail = async (): Promise<number> => {
    await delay(1)
    throw new Error('no')
  }
  const first = flights.run('a', fail)
  const second = flights.run('a', fail)
  await t.rejects(first, { message: 'no' })
  await t.rejects(second, { message: 'no' })
  t.equal(await flights.run('a', async () => 7), 7)
})
