import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { loadConfig } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'
import { createValue } from '../../src/record/value.ts'
import type { Body } from '../../src/wire/body.ts'
import { administratorOf, connectAsAdministrator } from '../support/administered.ts'
import { askUdp, connectTcp, requestFor, responseCode } from '../support/native.ts'
import { connectNative } from '../support/tcp-client.ts'

const READ_COUNT = 1000
const WRITE_COUNT = 100

const start = async (t: Test, workers: number): Promise<RunningNode & { dataDir: string }> => {
  const dataDir = t.testdir()
  const config = loadConfig({
    flags: {
      data: dataDir, http: '127.0.0.1:0', native: '127.0.0.1:0', workers: String(workers),
      cache: '16',
    },
    env: {},
    file: 'no settings file',
  })
  const node = await startNode(config, { logger: pino({ level: 'silent' }) })
  t.teardown(() => node.stop())
  return { ...node, dataDir }
}
const record = (handle: string, data: string): Body =>
  ({ kind: 'record', handle, values: [createValue(1, 'URL', data)] })
const codes = async (answers: Promise<{ message: { responseCode: number } }[]>) =>
  (await answers).map(({ message }) => message.responseCode)

t.test('the first administrator changes records, with and without threads', async (t) => {
  for (const workers of [0, 2]) {
    const { nativeAddress: { port }, httpAddress, dataDir } = await start(t, workers)
    const admin = await connectAsAdministrator(port, dataDir)
    t.same(await codes(admin.ask(100, record('88/A', 'one'))), [1])
    t.same(await codes(admin.ask(104, record('88/A', 'two'))), [1])
    const read = await request(`http://127.0.0.1:${httpAddress.port}/api/handles/88/A`)
    t.match(await read.body.text(), /two/)
    const all = await Promise.all(Array.from({ length: 120 }, (_, i) =>
      codes(admin.ask(100, record(`88/LIST-${i}`, 'x')))))
    t.ok(all.every(([code]) => code === 1), 'pipelined')
    const listed = await admin.ask(105, { kind: 'name', handle: '0.NA/88' })
    t.same(listed.map(({ message: { body } }) => body.kind === 'handles' && body.handles.length),
      [50, 50, 21], 'in parts, over one connection')
    const plain = await connectNative(port)
    const { bySecret } = administratorOf(dataDir)
    const deletion: Body = { kind: 'name', handle: '88/A' }
    t.same(await codes(plain.client.askAs(bySecret, 101, deletion)), [1], 'without a session')
    t.same((await askUdp(port, [requestFor('88/A')], 1, 1000)).map(responseCode), [100])
    plain.close()
    admin.close()
  }
})

t.test('after a write is acknowledged nobody sees what was there before', async (t) => {
  const { nativeAddress: { port }, httpAddress, dataDir } = await start(t, 2)
  const admin = await connectAsAdministrator(port, dataDir)
  const name = '88/COHERENT'
  await admin.ask(100, record(name, 'version 0.'))
  let [acknowledged, written, asked, stale, running] = [0, 0, 0, 0, true]
  /** Asks on and on; an answer is stale when a later version was acknowledged before asking. */
  const read = async (ask: () => Promise<string | undefined>): Promise<void> => {
    while (running) {
      const atLeast = acknowledged
      const text = await ask()
      if (text === undefined) continue
      const version = Number(/version (\d+)\./.exec(text)?.[1])
      asked++
      if (!(version >= atLeast && version <= written)) stale++
    }
  }
  const tcp = await Promise.all(Array.from({ length: 6 }, () => connectTcp(port)))
  const readers = [
    ...tcp.map(({ socket, answers, until }) => read(async () => {
      socket.write(requestFor(name))
      await until(1)
      return answers.pop()?.toString('latin1')
    })),
    ...Array.from({ length: 2 }, () => read(async () =>
      (await askUdp(port, [requestFor(name)], 1, 1000))[0]?.toString('latin1'))),
    ...Array.from({ length: 3 }, () => read(async () => {
      const url = `http://127.0.0.1:${httpAddress.port}/api/handles/${name}`
      const answer = await request(url, { reset: true })
      return answer.body.text()
    })),
  ]
  // As many as it takes, not as long: a busy machine does less in a second.
  for (let version = 1; asked < READ_COUNT || acknowledged < WRITE_COUNT; version++) {
    written = version
    if ((await codes(admin.ask(104, record(name, `version ${version}.`))))[0] !== 1) break
    acknowledged = version
    await delay(1)
  }
  running = false
  await Promise.all(readers)
  for (const { socket } of tcp) socket.destroy()
  admin.close()
  t.equal(stale, 0, `none of ${asked} answers was stale over ${acknowledged} writes`)
  t.ok(asked >= READ_COUNT && acknowledged >= WRITE_COUNT, 'all were answered')
})

t.test('a thread that dies takes only its own calls with it', async (t) => {
  const node = await start(t, 2)
  const { port } = node.nativeAddress
  const admin = await connectAsAdministrator(port, node.dataDir)
  const victim = node.supervisor?.threadIds[0]
  const creating = Promise.allSettled(Array.from({ length: 50 }, (_, i) =>
    codes(admin.ask(100, record(`88/DYING-${i}`, 'x')))))
  if (victim !== undefined) await node.supervisor?.kill(victim)
  await creating
  admin.close()
  for (let i = 0; i < 200 && (node.supervisor?.threadIds.length ?? 0) < 2; i++) await delay(50)
  const again = await connectAsAdministrator(port, node.dataDir)
  t.same(await codes(again.ask(100, record('88/AFTER', 'x'))), [1])
  again.close()
})
