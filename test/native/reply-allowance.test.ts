import t from 'tap'
import {
  ALLOWANCE_BURST_BYTES, ALLOWANCE_BYTES_PER_SECOND, ALLOWANCE_RATIO,
} from '../../src/native/limits.ts'
import { createNetworkSet } from '../../src/native/networks.ts'
import { ReplyAllowance } from '../../src/native/reply-allowance.ts'

const TRICKLE = 1_024

/** Asks again and again from one network. @returns the bytes sent to it */
const flood = (options: { requestBytes: number; answerBytes: number; perSecond: number }) => {
  const allowance = new ReplyAllowance(createNetworkSet([]), 1)
  const seconds = 60
  let sent = 0
  for (let i = 0; i < seconds * options.perSecond; i++) {
    const nowMs = (i * 1000) / options.perSecond
    const address = `192.0.2.${i % 256}`
    if (allowance.take(address, options.requestBytes, options.answerBytes, nowMs)) {
      sent += options.answerBytes
    }
  }
  return { sent, seconds, received: seconds * options.perSecond * options.requestBytes }
}

t.test('no flood gets more than its share, whatever its shape', async (t) => {
  const shapes = [
    { requestBytes: 80, answerBytes: 250, perSecond: 50_000 },
    { requestBytes: 80, answerBytes: 262_000, perSecond: 1 },
    { requestBytes: 80, answerBytes: 50_000, perSecond: 100 },
    { requestBytes: 400, answerBytes: 900, perSecond: 10_000 },
  ]
  for (const shape of shapes) {
    const { sent, seconds, received } = flood(shape)
    const what = JSON.stringify(shape)
    t.ok(sent <= ALLOWANCE_BURST_BYTES + seconds * ALLOWANCE_BYTES_PER_SECOND, what)
    t.ok(sent <= ALLOWANCE_BURST_BYTES + ALLOWANCE_RATIO * received + seconds * TRICKLE, what)
    t.ok(sent > 0, what)
  }
})

t.test('usual questions at a usual rate are all answered', async (t) => {
  const shape = { requestBytes: 85, answerBytes: 1000, perSecond: 1000 }
  const { sent, seconds } = flood(shape)
  t.equal(sent, seconds * shape.perSecond * shape.answerBytes)
})

t.test('one network does not use up what another has', async (t) => {
  const allowance = new ReplyAllowance(createNetworkSet([]), 1)
  while (allowance.take('192.0.2.1', 80, 10_000, 0));
  t.ok(allowance.take('198.51.100.1', 80, 10_000, 0))
  t.ok(allowance.take('2001:db8::1', 80, 10_000, 0))
  t.notOk(allowance.take('192.0.2.200', 80, 10_000, 1))
})

t.test('a trusted network is not limited', async (t) => {
  const allowance = new ReplyAllowance(createNetworkSet(['127.0.0.0/8']), 1)
  let refused = 0
  for (let i = 0; i < 100; i++) {
    if (!allowance.take(`127.0.0.${1 + (i % 2)}`, 80, 100_000, 0)) refused++
  }
  t.equal(refused, 0)
})
