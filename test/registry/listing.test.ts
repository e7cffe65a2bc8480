import t from 'tap'
import { type IdentifierKey, keyOf } from '../../src/identifier/identifier.ts'
import { listNames } from '../../src/registry/listing.ts'
import { createRegistry, putOf } from '../support/store.ts'

const page = { prefix: '88.1', after: null, offset: 0, countMax: 4 }

t.test('parts of a listing, by number or from a name on', async (t) => {
  const { registry, store } = createRegistry(t)
  const names = Array.from({ length: 10 }, (_, i) => `88.1/n${i}`)
  registry.execute([...names, '88.1.1/x', '88.10/x', '88.2/x'].map((name) =>
    putOf(name, [])), 'test')
  const upper = names.map((name) => name.toUpperCase())
  t.same(await listNames(store, page), {
    kind: 'names', names: upper.slice(0, 4), totalCount: 10, next: '88.1/N3',
  })
  t.match(await listNames(store, { ...page, offset: 8 }), {
    names: upper.slice(8), totalCount: 10, next: null,
  })
  t.match(await listNames(store, { ...page, offset: 100 }), { names: [], totalCount: 10 })
  t.match(await listNames(store, { ...page, countMax: 0 }), { names: [], totalCount: 10 })
  t.match(await listNames(store, { ...page, after: keyOf('88.1/N7') }), {
    names: upper.slice(8), totalCount: null, next: null,
  })
  t.match(await listNames(store, { ...page, countMax: 10 }), { names: upper, next: null })
})

t.test('a listing of any length holds no more than its part', async (t) => {
  const asked: number[] = []
  const total = 25_000
  const store = {
    findKeys: (_prefix: string, after: IdentifierKey | null, countMax: number) => {
      asked.push(countMax)
      const start = after === null ? 0 : Number(after.slice(5)) + 1
      const length = Math.max(0, Math.min(countMax, total - start))
      return Array.from({ length }, (_, i) => keyOf(`88.1/${String(start + i).padStart(6, '0')}`))
    },
  }
  const listed = await listNames(store, { ...page, offset: 12_345, countMax: 1e9 })
  t.match(listed, { totalCount: total, next: '88.1/022344' })
  t.ok(listed.kind === 'names' && listed.names.length === 10_000)
  t.ok(Math.max(...asked) <= 10_001)
})
