import { setImmediate as turn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { openReadStore } from '../../src/store/open.ts'
import { COMMIT_GENERATION } from '../../src/store/store.ts'
import { TurnReader } from '../../src/store/turn-reader.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { createRegistry, putOf } from '../support/store.ts'

const KEY = keyOf('88.1/A')
const valuesOf = (text: string) => [createValue(1, 'URL', text)]
const blockOf = (text: string) => encodeValues(valuesOf(text))

const create = (t: Test) => {
  const { registry, store, path, generations } = createRegistry(t)
  const slot = generations.slotOf(COMMIT_GENERATION)
  const reader = new TurnReader(openReadStore(path), () => generations.get(slot))
  t.teardown(() => { reader.close() })
  const put = (text: string) => { registry.execute([putOf('88.1/A', valuesOf(text))], 'test') }
  /** Commits and tells nobody, as between a commit and its announcement. */
  const putUnheard = (text: string) => {
    store.commit([putOf('88.1/A', valuesOf(text))], { actor: 'test', timeMs: 1 })
  }
  return { reader, registry, put, putUnheard, path }
}

t.test('what was acknowledged within a turn is seen in it', async (t) => {
  const { reader, registry, put } = create(t)
  for (let i = 0; i < 50; i++) {
    put(`version ${i}`)
    t.same(reader.findBlock(KEY), blockOf(`version ${i}`))
    t.same(reader.findBlock(KEY), blockOf(`version ${i}`))
    registry.execute([{ operation: 'home', prefix: `88.${i}` }], 'test')
    t.equal(reader.loadHomedPrefixes().length, i + 1)
    if (i % 10 === 9) await turn()
  }
})

t.test('the reads of one turn share a snapshot, and the next turn has another', async (t) => {
  const { reader, put, putUnheard } = create(t)
  put('before')
  // The first goes by itself, the second takes the snapshot.
  reader.findBlock(KEY)
  t.same(reader.findBlock(KEY), blockOf('before'))
  putUnheard('after')
  t.same(reader.findBlock(KEY), blockOf('before'))
  await turn()
  t.same(reader.findBlock(KEY), blockOf('after'))
})

t.test('the log can be merged as soon as a turn is over', async (t) => {
  const { reader, put, path } = create(t)
  const database = new Database(path, { timeout: 0 })
  t.teardown(() => database.close())
  const merge = () => database.pragma('wal_checkpoint(TRUNCATE)')
  put('a')
  reader.findBlock(KEY)
  reader.findBlock(KEY)
  put('b')
  t.match(merge(), [{ busy: 1 }])
  await turn()
  t.match(merge(), [{ busy: 0, log: 0 }])
})

t.test('it closes within a turn, and what is left of the turn does no harm', async (t) => {
  const { reader, put } = create(t)
  put('a')
  reader.findBlock(KEY)
  reader.findBlock(KEY)
  reader.close()
  await turn()
  t.throws(() => reader.findBlock(KEY), /not open/)
  await turn()
})
