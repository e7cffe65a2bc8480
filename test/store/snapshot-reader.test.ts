import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { SNAPSHOT_MS } from '../../src/store/limits.ts'
import { openReadStore } from '../../src/store/open.ts'
import { SnapshotReader } from '../../src/store/snapshot-reader.ts'
import { COMMIT_GENERATION } from '../../src/store/store.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { createRegistry, putOf } from '../support/store.ts'

const KEY = keyOf('88.1/A')
/** Until a snapshot that was taken before has been given back. */
const timeOver = () => delay(3 * SNAPSHOT_MS)
const valuesOf = (text: string) => [createValue(1, 'URL', text)]
const blockOf = (text: string) => encodeValues(valuesOf(text))

const create = (t: Test) => {
  const { registry, store, path, generations } = createRegistry(t)
  const slot = generations.slotOf(COMMIT_GENERATION)
  const reader = new SnapshotReader(openReadStore(path), () => generations.get(slot))
  t.teardown(() => { reader.close() })
  const put = (text: string) => { registry.execute([putOf('88.1/A', valuesOf(text))], 'test') }
  /** Commits and tells nobody, as between a commit and its announcement. */
  const putUnheard = (text: string) => {
    store.commit([putOf('88.1/A', valuesOf(text))], { actor: 'test', timeMs: 1 })
  }
  return { reader, registry, put, putUnheard, path }
}

t.test('what was acknowledged is seen by the next read', async (t) => {
  const { reader, registry, put } = create(t)
  for (let i = 0; i < 50; i++) {
    put(`version ${i}`)
    t.same(reader.findBlock(KEY), blockOf(`version ${i}`))
    t.same(reader.findBlock(KEY), blockOf(`version ${i}`))
    registry.execute([{ operation: 'home', prefix: `88.${i}` }], 'test')
    t.equal(reader.loadHomedPrefixes().length, i + 1)
    if (i % 10 === 9) await timeOver()
  }
})

t.test('reads that follow each other share a snapshot for a while', async (t) => {
  const { reader, put, putUnheard } = create(t)
  put('before')
  // The first goes by itself, the second takes the snapshot.
  reader.findBlock(KEY)
  t.same(reader.findBlock(KEY), blockOf('before'))
  putUnheard('after')
  t.same(reader.findBlock(KEY), blockOf('before'))
  await timeOver()
  t.same(reader.findBlock(KEY), blockOf('after'))
})

t.test('after a commit a read goes by itself, and the next one takes a snapshot', (t) => {
  const { reader, put, putUnheard } = create(t)
  reader.findBlock(KEY)
  reader.findBlock(KEY)
  put('first')
  t.same(reader.findBlock(KEY), blockOf('first'))
  putUnheard('second')
  t.same(reader.findBlock(KEY), blockOf('second'), 'it held no snapshot')
  putUnheard('third')
  t.same(reader.findBlock(KEY), blockOf('second'), 'now it does')
  put('fourth')
  t.same(reader.findBlock(KEY), blockOf('fourth'))
  t.end()
})

t.test('a read that fails takes no other along', (t) => {
  const { reader, put, path } = create(t)
  put('a')
  const database = new Database(path)
  t.teardown(() => database.close())
  reader.findBlock(KEY)
  database.exec('ALTER TABLE records RENAME TO away; ALTER TABLE prefixes RENAME TO gone')
  t.throws(() => reader.findBlock(KEY), /no such table: records/)
  database.exec('ALTER TABLE away RENAME TO records')
  t.same(reader.findBlock(KEY), blockOf('a'))
  t.throws(() => reader.loadHomedPrefixes(), /no such table: prefixes/)
  database.exec('ALTER TABLE gone RENAME TO prefixes')
  t.same(reader.loadHomedPrefixes(), [])
  t.end()
})

t.test('the log can be begun anew soon after the last read', async (t) => {
  const { reader, put, path } = create(t)
  const database = new Database(path, { timeout: 0 })
  t.teardown(() => database.close())
  const merge = () => database.pragma('wal_checkpoint(TRUNCATE)')
  put('a')
  reader.findBlock(KEY)
  reader.findBlock(KEY)
  put('b')
  t.match(merge(), [{ busy: 1 }])
  await timeOver()
  t.match(merge(), [{ busy: 0, log: 0 }])
})

t.test('it closes with a snapshot, and what is left of its time does no harm', async (t) => {
  const { reader, put } = create(t)
  put('a')
  reader.findBlock(KEY)
  reader.findBlock(KEY)
  reader.close()
  await timeOver()
  t.throws(() => reader.findBlock(KEY), /not open/)
  await timeOver()
})
