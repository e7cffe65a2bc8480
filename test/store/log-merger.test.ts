import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { openLogMerger, openReadStore } from '../../src/store/open.ts'
import { createStore, putOf } from '../support/store.ts'

const origin = { actor: 'test', timeMs: 1_700_000_000_000 }
const put = (name: string) => putOf(name, [createValue(1, 'DESC', 'x'.repeat(20_000))])

t.test('merges what was committed, while the store goes on', async (t) => {
  const { store, path } = createStore(t)
  store.mergeAt(1_000_000)
  const merger = openLogMerger(path)
  t.teardown(() => { merger.close() })
  store.commit([put('88.1/a')], origin)
  const before = store.logState()
  t.ok(before.unmerged > 2)
  t.equal(before.unmerged, before.pages)
  merger.merge()
  t.same(store.logState(), { pages: before.pages, unmerged: 0 })
  store.commit([put('88.1/b')], origin)
  t.ok(store.logState().pages < before.pages, 'the log begins anew')
  t.equal(store.countRecords(), 2)
  t.match(store.verifyChanges(), { sound: 2, fault: null })
})

t.test('leaves in the log what a reader still needs of the file', async (t) => {
  const { store, path } = createStore(t)
  store.mergeAt(1_000_000)
  const merger = openLogMerger(path)
  const reader = openReadStore(path)
  t.teardown(() => { merger.close(); reader.close() })
  store.commit([put('88.1/a')], origin)
  reader.beginSnapshot()
  t.equal(reader.countRecords(), 1)
  store.commit([put('88.1/b')], origin)
  merger.merge()
  t.ok(store.logState().unmerged > 0)
  t.equal(reader.countRecords(), 1)
  t.equal(reader.findBlock(keyOf('88.1/b')), undefined)
  reader.endSnapshot()
  t.equal(reader.countRecords(), 2)
  merger.merge()
  t.equal(store.logState().unmerged, 0)
})

t.test('a commit merges by itself beyond so many pages', async (t) => {
  const { store } = createStore(t)
  store.mergeAt(8)
  store.commit([put('88.1/a'), put('88.1/b'), put('88.1/c')], origin)
  const { pages, unmerged } = store.logState()
  t.ok(pages >= 8)
  t.equal(unmerged, 0)
})

t.test('there has to be a database', async (t) => {
  t.throws(() => openLogMerger(`${t.testdir()}/none.db`), { name: 'StoreOpenError' })
})
