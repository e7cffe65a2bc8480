import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { readRecordBatches } from '../../src/node/line-reader.ts'
import { importBatches } from '../../src/registry/import.ts'
import { IMPORT_BATCH_RECORDS, IMPORT_BATCH_RECORDS_MIN } from '../../src/registry/limits.ts'
import { createRegistry } from '../support/store.ts'

const lineOf = (handle: string): string =>
  `${JSON.stringify({ handle, values: [{ index: 1, type: 'URL', data: '穗' }] })}\n`
const openFile = (t: Test, text: string): number => {
  const path = join(t.testdir(), 'records.ndjson')
  writeFileSync(path, text)
  const fd = openSync(path, 'r')
  t.teardown(() => { closeSync(fd) })
  return fd
}

t.test('a file is read in another thread, batch by batch, and imported', async (t) => {
  const { registry, store } = createRegistry(t)
  const count = IMPORT_BATCH_RECORDS + 2
  const text = Array.from({ length: count }, (_, i) => lineOf(`88.1/${i}`)).join('')
  const fd = openFile(t, `${text}nonsense`)
  const told: number[] = []
  const seen: number[] = []
  t.match(await importBatches(registry, readRecordBatches(fd, false), {
    actor: 'import', onBadLine: (number) => told.push(number),
    onProgress: (_bytes, records) => seen.push(records),
  }), { read: count + 1, added: count, bad: 1, prefixesHomed: ['88.1'] })
  t.same(told, [count + 1])
  t.ok((seen[0] ?? 0) < IMPORT_BATCH_RECORDS, 'who waits gets a smaller batch')
  t.equal(seen.at(-1), count + 1)
  t.equal(store.countRecords(), count)
  t.match(store.verifyChanges(), { fault: null })
})

t.test('strict ends with the bad line, and what stands before it is in', async (t) => {
  const { registry, store } = createRegistry(t)
  const fd = openFile(t, `${lineOf('88.1/a')}nonsense\n${lineOf('88.1/b')}`)
  await t.rejects(
    importBatches(registry, readRecordBatches(fd, true), { actor: 'import', strict: true }),
    { name: 'ImportStoppedError', message: /^line 2: no JSON/ })
  t.equal(store.countRecords(), 1)
})

t.test('a thread that dies: what was written stays, and the error says what to do', async (t) => {
  const { registry, store } = createRegistry(t)
  const count = 2 * IMPORT_BATCH_RECORDS
  const text = Array.from({ length: count }, (_, i) => lineOf(`88.1/${i}`))
  const fd = openFile(t, text.join(''))
  let worker: Worker | undefined
  const batches = readRecordBatches(fd, false, (started) => { worker = started })
  await t.rejects(importBatches(registry, batches, {
    actor: 'import', onProgress: () => void worker?.terminate(),
  }), { name: 'LineThreadError', message: /start the import again/ })
  t.ok(store.countRecords() >= IMPORT_BATCH_RECORDS_MIN)
  t.ok(store.countRecords() < count)
  t.match(store.verifyChanges(), { fault: null })
})

t.test('what the system says of a file comes through', async (t) => {
  const fd = openSync(t.testdir(), 'r')
  t.teardown(() => { closeSync(fd) })
  await t.rejects(readRecordBatches(fd, false).next(), { code: 'EISDIR' })
})

t.test('a writer that fails leaves no thread behind', async (t) => {
  const { registry, store } = createRegistry(t)
  store.transact = () => { throw new Error('the disk is full') }
  let ended = false
  const batches = readRecordBatches(openFile(t, lineOf('88.1/a')), false, (worker) => {
    worker.once('exit', () => { ended = true })
  })
  await t.rejects(importBatches(registry, batches, { actor: 'import' }), /the disk is full/)
  t.equal(ended, true)
})

t.test('standard input: a file, a pipe of the shell, nothing', async (t) => {
  const module = new URL('../../src/node/line-reader.ts', import.meta.url).href
  const folder = t.testdir({
    'records.ndjson': lineOf('88.1/a') + lineOf('88.1/b').trimEnd(),
    'read.mjs': `import { readRecordBatches } from '${module}'
      for await (const { names } of readRecordBatches(0, false)) {
        console.log(JSON.stringify(names))
      }`,
  })
  const read = (command: string): string => execFileSync(
    'sh', ['-c', command.replace('NODE', '"$NODE" read.mjs')],
    { cwd: folder, env: { ...process.env, NODE: process.execPath }, encoding: 'utf8' })
  t.equal(read('NODE < records.ndjson'), '"88.1/a\\n88.1/b"\n')
  t.equal(read('cat records.ndjson | NODE'), '"88.1/a\\n88.1/b"\n')
  t.equal(read('NODE < /dev/null'), '""\n')
})
