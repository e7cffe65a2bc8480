import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { type Attempt, runStaggered } from '../../../src/client/upstream/staggered.ts'

const LONG_MS = 20_000
const after = (ms: number, result: string): Attempt<string> => (signal) =>
  delay(ms, result, { signal })
const failAfter = (ms: number, message: string): Attempt<string> => async () => {
  await delay(ms)
  throw new Error(message)
}

t.test('the first success wins', async (t) => {
  let started = 0
  const counted = (attempt: Attempt<string>): Attempt<string> => (signal) => {
    started++
    return attempt(signal)
  }
  const quick = [after(1, 'a'), after(1, 'b')].map(counted)
  t.equal(await runStaggered(quick, () => 500, LONG_MS), 'a')
  t.equal(started, 1, 'the second was never started')
})

t.test('a late attempt gets company and may still win', async (t) => {
  t.equal(await runStaggered([after(5000, 'a'), after(1, 'b')], () => 20, LONG_MS), 'b')
  t.equal(await runStaggered([after(60, 'a'), after(5000, 'b')], () => 20, LONG_MS), 'a')
})

t.test('a failure starts the next at once', async (t) => {
  const attempts = [failAfter(1, 'x'), failAfter(1, 'y'), after(1, 'c')]
  t.equal(await runStaggered(attempts, () => 60_000, LONG_MS), 'c')
})

t.test('a failure while another is under way starts no third before its time', async (t) => {
  let third = false
  const attempts: Attempt<string>[] = [
    failAfter(30, 'x'), after(60, 'b'), (signal) => {
      third = true
      return after(1, 'c')(signal)
    },
  ]
  t.equal(await runStaggered(attempts, (index) => (index === 0 ? 5 : 60_000), LONG_MS), 'b')
  t.notOk(third)
})

t.test('the others are told to give up', async (t) => {
  const signals: AbortSignal[] = []
  const keep = (attempt: Attempt<string>): Attempt<string> => (signal) => {
    signals.push(signal)
    return attempt(signal)
  }
  await runStaggered([after(5000, 'a'), after(5, 'b')].map(keep), () => 5, LONG_MS)
  t.equal(signals.length, 2)
  t.ok(signals.every((signal) => signal.aborted))
})

t.test('when all fail the last failure is told', async (t) => {
  const all = runStaggered([failAfter(1, 'x'), failAfter(2, 'y')], () => 50, LONG_MS)
  await t.rejects(all, { message: 'y' })
  await t.rejects(runStaggered([], () => 1, LONG_MS), { message: 'nothing to attempt' })
})

t.test('it all ends in time', async (t) => {
  const late = runStaggered([after(5000, 'a'), after(5000, 'b')], () => 5, 30)
  await t.rejects(late, { name: 'OverdueError' })
})
