import { MessageChannel } from 'node:worker_threads'
import t, { type Test } from 'tap'
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
  const answer = await slow!.answer(Buffer.alloc(44), origin)
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
  const waiting = slow!.answer(Buffer.from('x'), origin)
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
