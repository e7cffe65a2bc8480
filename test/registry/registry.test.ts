import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { REMEMBERED_BYTES_MAX, REMEMBERED_COUNT_MAX } from '../../src/registry/limits.ts'
import { Registry } from '../../src/registry/registry.ts'
import { HOMED_GENERATION } from '../../src/store/store.ts'
import { createRegistry, putOf } from '../support/store.ts'

const values = [createValue(1, 'URL', 'x')]

t.test('when it returns the record is there and its generation has moved on', async (t) => {
  const { registry, store, generations, clock } = createRegistry(t)
  const slotOf = (name: string) => generations.slotOf(name)
  const touched = slotOf(keyOf('88.1/a'))
  const other = slotOf(keyOf('88.1/other'))
  registry.execute([putOf('88.1/a', values)], 'someone')
  t.ok(store.findBlock(keyOf('88.1/A')))
  t.equal(generations.get(touched), 1)
  t.equal(generations.get(other), 0)
  t.equal(generations.get(slotOf(HOMED_GENERATION)), 0, 'no prefix was homed')
  t.match(store.findLastChange(), { number: 1, timeMs: clock.nowMs() })
  registry.execute([{ operation: 'delete', key: keyOf('88.1/a'), name: '88.1/a' }], 'someone')
  t.equal(generations.get(touched), 2)
})

t.test('homing moves the generation of the homed prefixes, once a commit', async (t) => {
  const { registry, generations } = createRegistry(t)
  const homed = generations.slotOf(HOMED_GENERATION)
  registry.execute(['88.1', '88.2'].map((prefix) => ({ operation: 'home', prefix })), 'someone')
  t.equal(generations.get(homed), 1)
  registry.execute([{ operation: 'unhome', prefix: '88.2' }], 'someone')
  t.equal(generations.get(homed), 2)
})

t.test('a commit that fails moves nothing', async (t) => {
  const { registry, store, generations } = createRegistry(t)
  const slot = generations.slotOf(keyOf('88.1/A'))
  store.close()
  t.throws(() => { registry.execute([putOf('88.1/A', values)], 'someone') }, /not open/)
  t.equal(generations.get(slot), 0)
})

t.test('nothing to do is nothing done; whoever wants to know is told of the rest', async (t) => {
  const { store, generations, clock } = createRegistry(t)
  let told = 0
  const registry = new Registry({ store, generations, clock, onCommitted: () => told++ })
  registry.execute([], 'someone')
  t.equal(told, 0)
  t.equal(store.findLastChange(), undefined)
  registry.execute([putOf('88.1/A', values)], 'someone')
  t.equal(told, 1)
})

t.test('values that are remembered are those of the last commit', async (t) => {
  const { registry, store } = createRegistry(t)
  const key = keyOf('88.1/a')
  const put = (data: string) => putOf('88.1/a', [createValue(1, 'URL', data)])
  const found = () => registry.findValues(key)?.map(({ data }) => data.toString())
  t.equal(found(), undefined)
  registry.execute([put('one')], 'someone')
  t.same(found(), ['one'])
  let reads = 0
  const { findRecord } = store
  store.findRecord = (name) => { reads++; return findRecord.call(store, name) }
  t.same(found(), ['one'])
  t.equal(reads, 0, 'from memory')
  registry.transact('someone', (write) => { write([put('two')]) })
  t.same(found(), ['two'])
  t.throws(() => registry.transact('someone', (write) => {
    write([put('three')])
    throw new Error('changed my mind')
  }))
  t.same(found(), ['two'])
  registry.execute([{ operation: 'delete', key, name: '88.1/a' }], 'someone')
  t.equal(found(), undefined)
})

t.test('what is remembered is bounded, in records and in bytes', async (t) => {
  const { registry, store } = createRegistry(t)
  const names = Array.from({ length: REMEMBERED_COUNT_MAX + 1 }, (_, i) => `88.1/${i}`)
  const large = putOf('88.1/large', [createValue(1, 'DESC', 'x'.repeat(REMEMBERED_BYTES_MAX))])
  registry.execute([large, ...names.map((name) => putOf(name, values))], 'someone')
  let reads = 0
  const { findRecord } = store
  store.findRecord = (name) => { reads++; return findRecord.call(store, name) }
  registry.findValues(keyOf('88.1/large'))
  registry.findValues(keyOf('88.1/large'))
  t.equal(reads, 2)
  for (const name of names) registry.findValues(keyOf(name))
  registry.findValues(keyOf('88.1/0'))
  t.equal(reads, 2 + names.length + 1, 'the first one was forgotten')
})
