import t from 'tap'
import { Deferrals } from '../../src/native/slow-answerer.ts'

const origin = { transport: 'tcp', address: '::1' } as const

t.test('deferred messages are counted, bounded, and copied whole', async (t) => {
  const taken: Buffer[] = []
  const waiting: (() => void)[] = []
  const deferrals = new Deferrals({
    answer: (message) => {
      taken.push(message)
      return new Promise((resolve) => {
        waiting.push(() => resolve({ messages: [], next: null }))
      })
    },
    goOn: async () => ({ messages: [Buffer.of(2)], next: null }),
  }, 2)
  const bytes = Buffer.from('..message..')
  const first = deferrals.start(bytes, 2, 9, origin, 'deferred')
  bytes.fill(0)
  t.same(taken.map(String), ['message'])
  t.equal(taken[0]?.buffer.byteLength, 7, 'memory of its own')
  const second = deferrals.start(bytes, 0, 4, origin, 'deferred')
  t.equal(deferrals.count, 2)
  t.equal(deferrals.start(bytes, 0, 4, origin, 'deferred'), undefined)
  for (const end of waiting) end()
  await Promise.all([first?.answer, second?.answer])
  t.equal(deferrals.count, 0)
  t.same(await deferrals.goOn('x'), { messages: [Buffer.of(2)], next: null })
})
