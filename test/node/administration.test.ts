import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { loadConfig } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'
import { createValue } from '../../src/record/value.ts'
import type { Body } from '../../src/wire/body.ts'
import { readWhileWriting } from '../soak/reader-rounds.ts'
import { administratorOf, connectAsAdministrator } from '../support/administered.ts'
import { askUdp, requestFor, responseCode } from '../support/native.ts'
import { connectNative } from '../support/tcp-client.ts'

/** As many as it takes, not as long: a busy machine does less in a second. */
const READ_COUNT = 10_000
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
  // `npm run soak:readers` does the same for a million answers.
  const { answers, writes, problems } = await readWhileWriting(
    t.testdir(), 2, READ_COUNT, WRITE_COUNT)
  t.same(problems, [], `of ${JSON.stringify(answers)} answers over ${writes} writes`)
  t.ok(Object.values(answers).every((count) => count > 0), 'over every door')
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
