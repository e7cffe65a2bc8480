import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { AnswerQueue } from '../../src/native/answer-queue.ts'
import type { SlowAnswer } from '../../src/native/slow-answerer.ts'

const createQueue = () => {
  const written: string[] = []
  const sink = {
    blocked: null as Promise<void> | null,
    parts: new Map<string, SlowAnswer>(),
    emptied: 0,
    asked: [] as string[],
    write: (bytes: Buffer) => {
      written.push(bytes.toString())
      return sink.blocked ?? undefined
    },
    goOn: async (next: string) => {
      sink.asked.push(next)
      return sink.parts.get(next) ?? { messages: [], next: null }
    },
    onEmpty: () => { sink.emptied++ },
  }
  return { written, sink, queue: new AnswerQueue(sink) }
}
const answer = (...texts: string[]): SlowAnswer =>
  ({ messages: texts.map((text) => Buffer.from(text)), next: null })

t.test('answers leave in the order of their requests, whenever they come', async (t) => {
  const { written, sink, queue } = createQueue()
  const first = Promise.withResolvers<SlowAnswer>()
  const third = Promise.withResolvers<SlowAnswer>()
  queue.defer(first.promise)
  queue.push(Buffer.from('2'))
  queue.defer(third.promise)
  queue.push(Buffer.from('4'))
  t.same([queue.length, queue.deferredCount], [4, 2])
  third.resolve(answer('3a', '3b'))
  await turn()
  t.same(written, [])
  first.resolve(answer('1'))
  await turn()
  t.same(written, ['1', '2', '3a', '3b', '4'])
  t.same([queue.length, queue.deferredCount, sink.emptied], [0, 0, 1])
})

t.test('the next part is asked for only when the one before is on its way', async (t) => {
  const { written, sink, queue } = createQueue()
  const drained = Promise.withResolvers<undefined>()
  sink.blocked = drained.promise
  sink.parts.set('b', { messages: [Buffer.from('b')], next: 'c' })
  sink.parts.set('c', answer('c'))
  queue.defer(Promise.resolve({ messages: [Buffer.from('a')], next: 'b' }))
  await turn()
  t.same([written, sink.asked], [['a'], []])
  sink.blocked = null
  drained.resolve(undefined)
  await turn()
  t.same([written, sink.asked], [['a', 'b', 'c'], ['b', 'c']])
})

t.test('after its peer is gone nothing is written or asked for', async (t) => {
  const { written, sink, queue } = createQueue()
  const first = Promise.withResolvers<SlowAnswer>()
  queue.defer(first.promise)
  queue.push(Buffer.from('2'))
  queue.close()
  first.resolve({ messages: [Buffer.from('1')], next: 'more' })
  await turn()
  t.same([written, sink.asked, sink.emptied], [[], [], 0])
})

t.test('nobody waits behind an answer that is aside', async (t) => {
  const written: string[] = []
  let emptied = 0
  const queue = new AnswerQueue({
    write: (bytes) => {
      written.push(bytes.toString())
      return undefined
    },
    goOn: () => Promise.resolve({ messages: [], next: null }),
    onEmpty: () => { emptied++ },
  })
  const late = Promise.withResolvers<Buffer>()
  const ordered = Promise.withResolvers<Buffer>()
  queue.deferAside(late.promise)
  queue.push(Buffer.from('ready'))
  t.same(written, ['ready'], 'what is ready leaves at once')
  queue.defer(ordered.promise)
  queue.push(Buffer.from('behind'))
  ordered.resolve(Buffer.from('ordered'))
  await new Promise(setImmediate)
  t.same(written, ['ready', 'ordered', 'behind'])
  t.equal(queue.asideCount, 1)
  t.equal(emptied, 0, 'one is still to come')
  late.resolve(Buffer.from('aside'))
  await new Promise(setImmediate)
  t.same(written.at(-1), 'aside')
  t.equal(emptied, 1)
})
