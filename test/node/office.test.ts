import { setTimeout as delay } from 'node:timers/promises'
import { MessageChannel, Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import type { Desk } from '../../src/desk/door.ts'
import type { SlowAnswerer } from '../../src/native/slow-answerer.ts'
import { connectOffice, serveOffice } from '../../src/node/office.ts'
import { createNativeAdministrator } from '../support/native-administrator.ts'
import { proofOf } from '../support/access-matrix.ts'
import { parseIdentifier } from '../../src/identifier/identifier.ts'

const origin = { transport: 'tcp', address: '192.0.2.1' } as const

const connect = (t: Test, slow: SlowAnswerer | null = null) => {
  const { administrator, native } = createNativeAdministrator(t)
  const { port1, port2 } = new MessageChannel()
  serveOffice(port1, { administration: administrator, slow: slow ?? native, desk: null })
  t.teardown(() => { port1.close() })
  const office = connectOffice(port2, { native: true, desk: false })
  // Nothing else keeps this thread waiting, as its doors do in a node.
  port2.ref()
  return { office, port1, port2 }
}

t.test('the same calls, from another thread', async (t) => {
  const { office: { administration, slow } } = connect(t)
  const command = {
    kind: 'read', handle: parseIdentifier('88.1/T')!, indexes: [4], types: null,
  } as const
  t.same(await administration.execute(command, { kind: 'none' }, origin), {
    kind: 'authentication-needed',
  })
  const read = await administration.execute(
    command, { kind: 'secret', ...proofOf('reader')! }, origin)
  t.ok(read.kind === 'values' && Buffer.isBuffer(read.block), 'bytes are buffers')
  const opened = await administration.openSession(Buffer.from('nonce'), origin)
  t.match(opened, { kind: 'session', session: { server: { algorithm: 'SHA256' } } })
  if (opened.kind === 'session') {
    const { sessionId } = opened.session
    t.match(await administration.findSession(sessionId), { kind: 'session' })
    await administration.closeSession(sessionId)
    t.match(await administration.findSession(sessionId), { kind: 'unknown-session' })
  }
  const answer = await slow!.answer(Buffer.alloc(44), origin, 'deferred')
  t.ok(answer.messages.every(Buffer.isBuffer))
})

t.test('calls of one turn go there in one piece, and so do their answers', async (t) => {
  const { office: { administration }, port1, port2 } = connect(t)
  const counts = { there: 0, back: 0 }
  port1.on('message', () => { counts.there++ })
  port2.on('message', () => { counts.back++ })
  const found = await Promise.all(Array.from({ length: 50 }, (_, i) =>
    administration.findSession(`none-${i}`)))
  t.ok(found.every(({ kind }) => kind === 'unknown-session'))
  t.same(counts, { there: 1, back: 1 })
})

t.test('what fails there fails here; what is under way when it ends does too', async (t) => {
  const never = () => new Promise<never>(() => undefined)
  const { office: { slow }, port1 } = connect(t, {
    answer: never, goOn: () => Promise.reject(new Error('lost')),
  })
  await t.rejects(slow!.goOn('x'), { message: 'lost' })
  const waiting = slow!.answer(Buffer.from('x'), origin, 'deferred')
  port1.close()
  await t.rejects(waiting, { message: 'the node stops' })
})

t.test('calls under way are bounded', async (t) => {
  const never = () => new Promise<never>(() => undefined)
  const { office: { administration, slow }, port1 } = connect(t, { answer: never, goOn: never })
  const waiting = Array.from({ length: 8192 }, () => slow!.goOn('x').catch(() => undefined))
  const command = { kind: 'list-prefixes' } as const
  t.match(await administration.execute(command, { kind: 'none' }, origin), {
    kind: 'refused', reason: 'busy',
  })
  t.match(await administration.openSession(null, origin), { kind: 'busy' })
  port1.close()
  await Promise.all(waiting)
})

t.test('a thread that has one batch after the other stored leaves others their turn', async (t) => {
  const { administrator, native } = createNativeAdministrator(t)
  const { port1, port2 } = new MessageChannel()
  let batches = 0
  const register = () => {
    batches++
    // Long enough for the next call to be there.
    for (const begun = performance.now(); performance.now() - begun < 2;);
    return Promise.resolve({ kind: 'rows', results: new Uint8Array() })
  }
  serveOffice(port1, {
    administration: administrator, slow: native, desk: { register } as unknown as Desk,
  })
  const asks = `
    const { workerData: { port } } = require('node:worker_threads')
    const ask = () => port.postMessage([{ id: 1, method: 'register', args: [] }])
    port.on('message', (answers) => { for (const _ of answers) ask() })
    for (let i = 0; i < 3; i++) ask()`
  const worker = new Worker(asks, {
    eval: true, workerData: { port: port2 }, transferList: [port2],
  })
  t.teardown(() => worker.terminate())
  while (batches === 0) await delay(1)
  const before = batches
  await delay(10)
  t.ok(batches - before < 100, `${batches - before} batches in 10 ms`)
  port1.close()
})
