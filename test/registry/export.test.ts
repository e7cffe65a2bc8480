import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { exportRecords } from '../../src/registry/export.ts'
import { importRecords } from '../../src/registry/import.ts'
import { createRegistry, putOf } from '../support/store.ts'

const values = [
  createValue(1, 'URL', 'https://a.example', { timestamp: 1_600_000_000 }),
  createValue(2, 'COST', Buffer.from('00ff', 'hex'), { permissions: 0x0c, timestamp: 5 }),
  createValue(3, 'DESC', 'no time'),
]

t.test('all records in key order, or those under a prefix in any case', async (t) => {
  const { registry, store } = createRegistry(t)
  registry.execute(['88.1a/b', '88.1A/C', '88.1/x'].map((name) => putOf(name, values)), 'test')
  const handles = (prefix?: string) =>
    [...exportRecords(store, prefix)].map((line) => JSON.parse(line).handle)
  t.same(handles(), ['88.1/x', '88.1a/b', '88.1A/C'])
  t.same(handles('88.1a'), ['88.1a/b', '88.1A/C'])
  t.same(handles('99'), [])
})

t.test('an import of the export makes the same records, byte for byte', async (t) => {
  const source = createRegistry(t)
  const names = Array.from({ length: 200 }, (_, i) => `88.${i % 7}/Part-${i}`)
  source.registry.execute(names.map((name) => putOf(name, values.slice(0, 2))), 'test')
  const lines = [...exportRecords(source.store)]
  t.ok(lines.every((line) => line.endsWith('\n')))
  const target = createRegistry(t)
  const chunks = lines.map((line) => Buffer.from(line))
  t.match(await importRecords(target.registry, chunks, { actor: 'test' }), { added: 200, bad: 0 })
  t.same([...target.store.records()], [...source.store.records()])
  t.match(await importRecords(source.registry, chunks, { actor: 'test' }), { unchanged: 200 })
})

t.test('streams: one line is read as one is asked for', async (t) => {
  const { registry, store } = createRegistry(t)
  registry.execute(['88.1/a', '88.1/b'].map((name) => putOf(name, values)), 'test')
  const lines = exportRecords(store)
  t.match(lines.next().value, /88\.1\/a/)
  lines.return(undefined)
  t.equal(lines.next().done, true)
  registry.execute([putOf('88.1/c', values)], 'test')
  t.equal([...exportRecords(store)].length, 3, 'and the store is free again')
})
