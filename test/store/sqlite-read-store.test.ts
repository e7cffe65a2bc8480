import t, { type Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { openReadStore } from '../../src/store/open.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { createStore, putOf } from '../support/store.ts'

const names = ['88.1/b', '88.1/A', '88.1.1/C', '88.10/D', '0.NA/88.1', '88.1/中']
const values = [createValue(1, 'URL', 'https://a.example')]

const fill = (t: Test) => {
  const { store, path } = createStore(t)
  store.commit(
    [
      { operation: 'home', prefix: '88.2' },
      { operation: 'home', prefix: '88.1' },
      ...names.map((name) => putOf(name, values)),
    ],
    { actor: 'test', timeMs: 1_700_000_000_123 },
  )
  const reader = openReadStore(path)
  t.teardown(() => { reader.close() })
  return { store, reader }
}

t.test('finds records by their folded name, with the first spelling', async (t) => {
  const { reader } = fill(t)
  const block = encodeValues(values)
  t.same(reader.findRecord(keyOf('88.1/B')), { name: '88.1/b', block })
  t.same(reader.findRecord(keyOf('88.1/a')), { name: '88.1/A', block })
  t.same(reader.findBlock(keyOf('88.1/b')), block)
  t.equal(reader.findBlock(keyOf('88.1/X')), undefined)
  t.equal(reader.findRecord(keyOf('88.1/X')), undefined)
})

t.test('counts, prefixes and the last change', async (t) => {
  const { reader } = fill(t)
  t.equal(reader.countRecords(), names.length)
  t.same(reader.loadHomedPrefixes(), ['88.1', '88.2'])
  t.same(reader.findLastChange(), { number: names.length + 2, timeMs: 1_700_000_000_123 })
  t.equal(createStore(t).store.findLastChange(), undefined)
})

t.test('the first key at or after another, in the order of their bytes', async (t) => {
  const { reader } = fill(t)
  const from = (name: string) => reader.findKeyFrom(keyOf(name))
  t.equal(from('88.1/A'), '88.1/A')
  t.equal(from('88.1/C'), '88.1/中')
  t.equal(from('0.NA/'), '0.NA/88.1')
  t.equal(from('88.10/E'), undefined)
})

t.test('streams records in key order, all or those of one prefix', async (t) => {
  const { reader } = fill(t)
  const listed = (prefix?: string) => [...reader.records(prefix)].map((record) => record.name)
  t.same(listed(), ['0.NA/88.1', '88.1.1/C', '88.1/A', '88.1/b', '88.1/中', '88.10/D'])
  t.same(listed('88.1'), ['88.1/A', '88.1/b', '88.1/中'], 'no other prefix that begins alike')
  t.same(listed('88'), [])
})

t.test('a stream that is left early does not block the reader', async (t) => {
  const { reader } = fill(t)
  for (const { name } of reader.records()) {
    t.equal(name, '0.NA/88.1')
    break
  }
  t.equal([...reader.records()].length, names.length)
})

t.test('a stream sees the records as they were when it began', async (t) => {
  const { reader, store } = fill(t)
  const records = reader.records()
  records.next()
  store.commit([{ operation: 'delete', key: keyOf('88.10/D'), name: '88.10/D' }],
    { actor: 'test', timeMs: 0 })
  t.equal([...records].length, names.length - 1)
  t.equal([...reader.records()].length, names.length - 1)
})
