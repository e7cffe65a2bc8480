import t from 'tap'
import { createTunnelAnswerer } from '../../src/native/tunnel.ts'
import type { SlowAnswerer } from '../../src/native/slow-answerer.ts'
import { AnswerBuffer } from '../../src/wire/response.ts'
import { createAnswererSetting, requestFor, requestId, responseCode } from '../support/native.ts'

const origin = { transport: 'http', address: '127.0.0.1' } as const
const tunnelOver = (slow: SlowAnswerer | null) => {
  const setting = createAnswererSetting(slow)
  return { ...setting, tunnel: createTunnelAnswerer({ ...setting, out: new AnswerBuffer(64) }) }
}

t.test('the tunnel answers whole messages', async (t) => {
  const { tunnel, counters } = tunnelOver(null)
  const answer = await tunnel(requestFor('88.118.8/P1'), origin)
  t.equal(answer === undefined ? 0 : responseCode(answer), 1)
  t.equal(tunnel(Buffer.from('x'), origin), undefined)
  t.equal(counters.get('native_tunnel_requests_total'), 2)
})

t.test('what is deferred comes later, its first message only', async (t) => {
  const { tunnel } = tunnelOver({
    answer: async (message) => ({ messages: [message, Buffer.of(1)], next: 'more' }),
    goOn: () => Promise.reject(new Error('not over a tunnel')),
  })
  const create = requestFor('88.118.8/P2', { opcode: 100, requestId: 5 })
  t.same(await tunnel(create, origin), create)
})

t.test('a slow answerer that fails is an error, one that is full is busy', async (t) => {
  const failing = tunnelOver({
    answer: () => Promise.reject(new Error('x')), goOn: () => Promise.reject(new Error('x')),
  })
  const create = requestFor('88.118.8/P2', { opcode: 100, requestId: 5 })
  const failed = await failing.tunnel(create, origin)
  t.same([failed && responseCode(failed), failed && requestId(failed)], [2, 5])
  const never = () => new Promise<never>(() => undefined)
  const stuck = tunnelOver({ answer: never, goOn: never })
  for (let i = 0; i < 16; i++) void stuck.tunnel(create, origin)
  const busy = await stuck.tunnel(create, origin)
  t.same([busy && responseCode(busy), busy && requestId(busy)], [3, 5])
})
