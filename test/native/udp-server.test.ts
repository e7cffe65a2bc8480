import t, { type Test } from 'tap'
import type { SlowAnswerer } from '../../src/native/slow-answerer.ts'
import { UdpServer } from '../../src/native/udp-server.ts'
import { encodeFragments, Reassembler } from '../../src/wire/fragments.ts'
import { claimAddress } from '../../src/node/ports.ts'
import {
  askUdp, createAnswererSetting, requestFor, requestId, responseCode,
} from '../support/native.ts'

const start = async (t: Test, host = '127.0.0.1', slow: SlowAnswerer | null = null) => {
  const setting = createAnswererSetting(slow)
  const server = new UdpServer(setting)
  const { port } = await claimAddress({ host, port: 0 }, true)
  await server.start(host, port, false)
  t.teardown(() => server.stop())
  return { ...setting, port }
}

t.test('answers datagrams, over IPv4 and IPv6', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const { port } = await start(t, host)
    const requests = [1, 2, 3].map((id) => requestFor('88.118.8/P1', { requestId: id }))
    const answers = await askUdp(port, requests, 3, 1000, host)
    t.same(answers.map(requestId).sort(), [1, 2, 3])
    t.ok(answers.every((answer) => responseCode(answer) === 1))
  }
})

t.test('a sender who has proved nothing is not sent more than its allowance', async (t) => {
  const setting = createAnswererSetting(null, [])
  const server = new UdpServer(setting)
  const { port } = await claimAddress({ host: '127.0.0.1', port: 0 }, true)
  await server.start('127.0.0.1', port, false)
  t.teardown(() => server.stop())
  const requests = Array.from({ length: 200 }, () => requestFor('88.118.8/LONG'))
  const answers = await askUdp(port, requests, 100_000, 300)
  const bytes = answers.reduce((sum, answer) => sum + answer.length, 0)
  t.ok(bytes > 0 && bytes < 500_000, `${bytes} bytes of a million`)
  t.ok(setting.counters.get('native_refused_over-allowance_total') > 0)
})

t.test('a long answer comes in datagrams that a client can put together', async (t) => {
  const { port } = await start(t)
  const datagrams = await askUdp(port, [requestFor('88.118.8/LONG')], 11, 1000)
  t.ok(datagrams.every((datagram) => datagram.length <= 512))
  t.ok(datagrams.every((datagram) => ((datagram[2] ?? 0) & 0x20) !== 0), 'TC is set')
  const reassembler = new Reassembler()
  const whole = datagrams.map((part) => reassembler.add(part, 'server', 0)).at(-1)
  t.equal(whole === undefined ? 0 : responseCode(whole), 1)
})

t.test('a request in fragments, in any order, is answered once', async (t) => {
  const { port } = await start(t)
  const long = requestFor(`88.118.8/${'P'.repeat(900)}`, { requestId: 9 })
  const answers = await askUdp(port, encodeFragments(long).reverse(), 2, 300)
  t.same(answers.map(responseCode), [100])
  t.same(answers.map(requestId), [9])
})

t.test('rubbish gets an error or silence, and the door stays open', async (t) => {
  const { port, counters } = await start(t)
  await askUdp(port, [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(0)], 1, 200)
  const answers = await askUdp(port, [requestFor('88.118.8/P1')], 1, 1000)
  t.same(answers.map(responseCode), [1])
  t.ok(counters.get('native_udp_requests_total') >= 3)
})

t.test('a deferred answer is sent when it comes, an error when it fails', async (t) => {
  let failing = false
  const { port } = await start(t, '127.0.0.1', {
    answer: async (message) => {
      if (failing) throw new Error('a thread ended')
      return { messages: [message, message], next: 'more' }
    },
    goOn: () => Promise.reject(new Error('not over UDP')),
  })
  const creation = requestFor('88.118.8/NEW', { opcode: 100, requestId: 7 })
  t.same(await askUdp(port, [creation], 2, 200), [creation], 'the first message alone')
  failing = true
  const answers = await askUdp(port, [creation], 1, 1000)
  t.same([answers.map(responseCode), answers.map(requestId)], [[2], [7]])
})
