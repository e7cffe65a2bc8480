import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import type { OutcomeKind } from '../../src/record/outcome.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import { type Query, USUAL_QUERY } from '../../src/resolver/query.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { createResolverSetting, HOMED_GENERATION } from '../support/memory-store.ts'

const ask = (name: string, rest: Partial<Query> = {}): Query => ({
  ...USUAL_QUERY, key: keyOf(name), ...rest,
})

const ADMIN_READ = 0x0c
const NOBODY = 0x04

const record: HandleValue[] = [
  createValue(1, 'URL', 'https://a.example'),
  createValue(2, 'URL.manual', 'https://b.example'),
  createValue(3, 'EMAIL', 'ops@example.cn'),
  createValue(4, 'COST', '12', { permissions: ADMIN_READ }),
  createValue(5, 'SEAL', 'x', { permissions: NOBODY }),
]

const setting = () => {
  const made = createResolverSetting(['88.118.8'])
  made.store.put('88.118.8/P1', record)
  made.store.put('88.118.8/EMPTY', [])
  made.store.put('88.118.8/SECRET', [createValue(1, 'COST', '1', { permissions: ADMIN_READ })])
  return made
}

t.test('which values answer a question', async (t) => {
  const { resolver } = setting()
  const all = (extra: Partial<Query>) => ({ publicOnly: false, ...extra })
  const cases: [what: string, query: Query, kind: OutcomeKind, indexes?: number[]][] = [
    ['everything public', ask('88.118.8/P1'), 'found', [1, 2, 3]],
    ['any case of the name', ask('88.118.8/p1'), 'found', [1, 2, 3]],
    ['by index', ask('88.118.8/P1', { indexes: [3] }), 'found', [3]],
    ['by type', ask('88.118.8/P1', { types: ['URL'] }), 'found', [1]],
    ['by type with subtypes', ask('88.118.8/P1', { types: ['URL.'] }), 'found', [1, 2]],
    ['union', ask('88.118.8/P1', { indexes: [1], types: ['EMAIL'] }), 'found', [1, 3]],
    ['restricted left out', ask('88.118.8/P1', { indexes: [1, 4] }), 'found', [1]],
    ['only restricted, public asked', ask('88.118.8/P1', { indexes: [4] }), 'no-values'],
    ['restricted', ask('88.118.8/P1', all({ indexes: [4] })), 'restricted'],
    ['public ones, though not public only',
      ask('88.118.8/P1', all({ indexes: [1] })), 'found', [1]],
    ['everything, not public only', ask('88.118.8/P1', all({})), 'restricted'],
    ['no such index', ask('88.118.8/P1', { indexes: [9] }), 'no-values'],
    ['no such type', ask('88.118.8/P1', { types: ['PHONE'] }), 'no-values'],
    ['a part of a type', ask('88.118.8/P1', { types: ['UR'] }), 'no-values'],
    ['a record without values', ask('88.118.8/EMPTY'), 'no-values'],
    ['only restricted values', ask('88.118.8/SECRET'), 'no-values'],
    ['no record', ask('88.118.8/P2'), 'absent'],
    ['no record, filtered', ask('88.118.8/P2', { indexes: [1] }), 'absent'],
    ['another prefix', ask('88.118.9/P1'), 'not-homed'],
    ['a prefix record not kept here', ask('88.118.8'), 'not-homed'],
  ]
  for (const [what, query, kind, indexes] of cases) {
    // Twice: from the store, then from memory.
    for (const round of ['store', 'cache']) {
      const outcome = resolver.lookup(query)
      t.equal(outcome.kind, kind, `${what}, from ${round}`)
      if (outcome.kind !== 'found') continue
      t.same(decodeValues(outcome.block).map((value) => value.index), indexes, what)
    }
  }
})

t.test('who may read what is restricted', async (t) => {
  const { resolver } = setting()
  t.match(resolver.lookup(ask('88.118.8/P1', { publicOnly: false, indexes: [4] })), {
    readableBy: 'administrator',
  })
  t.match(resolver.lookup(ask('88.118.8/P1', { publicOnly: false, indexes: [4, 5] })), {
    readableBy: 'nobody',
  })
})

t.test('an answer is read once, until its name changes', async (t) => {
  const { resolver, store, changed } = setting()
  resolver.lookup(ask('88.118.8/P1'))
  resolver.lookup(ask('88.118.8/P1', { indexes: [1] }))
  resolver.lookup(ask('88.118.8/P1', { publicOnly: false }))
  t.equal(store.readCount, 1)
  const key = store.put('88.118.8/P1', [createValue(7, 'URL', 'new')])
  changed(key)
  const outcome = resolver.lookup(ask('88.118.8/P1'))
  t.same(outcome.kind === 'found' && decodeValues(outcome.block).map((v) => v.index), [7])
})

t.test('an absent name is remembered, until it is registered', async (t) => {
  const { resolver, store, changed } = setting()
  t.equal(resolver.lookup(ask('88.118.8/NEW')).kind, 'absent')
  t.equal(resolver.lookup(ask('88.118.8/NEW')).kind, 'absent')
  t.equal(store.readCount, 1)
  changed(store.put('88.118.8/NEW', record))
  t.equal(resolver.lookup(ask('88.118.8/NEW')).kind, 'found')
})

t.test('a store that fails is no absence, and is asked again', async (t) => {
  const { resolver, store, storeErrors } = setting()
  store.failing = true
  t.same(resolver.lookup(ask('88.118.8/P1')), { kind: 'failed', reason: 'store' })
  t.equal(storeErrors.length, 1)
  store.failing = false
  t.equal(resolver.lookup(ask('88.118.8/P1')).kind, 'found')
})

t.test('homing and unhoming a prefix take effect at once', async (t) => {
  const { resolver, store, changed } = setting()
  t.equal(resolver.lookup(ask('88.118.8/P1')).kind, 'found')
  store.homed.delete('88.118.8')
  changed(HOMED_GENERATION)
  t.equal(resolver.lookup(ask('88.118.8/P1')).kind, 'not-homed')
  t.notOk(resolver.isHomed('88.118.8'))
  store.homed.add('88.118.8')
  changed(HOMED_GENERATION)
  t.equal(resolver.lookup(ask('88.118.8/P1')).kind, 'found')
})

t.test('names that are not homed fill no memory', async (t) => {
  const { resolver, cache } = setting()
  for (let i = 0; i < 1000; i++) resolver.lookup(ask(`99.${i}/X`))
  t.equal(cache.count, 0)
})

t.test('how long an answer may be kept', async (t) => {
  const { resolver, store, clock } = setting()
  store.put('88.118.8/T1', [
    createValue(1, 'URL', 'a', { ttl: 600 }),
    createValue(2, 'URL', 'b', { ttlType: 'absolute', ttl: clock.seconds + 100 }),
  ])
  store.put('88.118.8/T2', [createValue(1, 'URL', 'a', { ttl: 10_000_000 })])
  const ttlOf = (name: string) => {
    const outcome = resolver.lookup(ask(name))
    return outcome.kind === 'found' ? outcome.ttlSeconds : -1
  }
  t.equal(ttlOf('88.118.8/T1'), 100)
  clock.seconds += 40
  t.equal(ttlOf('88.118.8/T1'), 60, 'an absolute TTL runs down')
  clock.seconds += 100
  t.equal(ttlOf('88.118.8/T1'), 0)
  t.equal(ttlOf('88.118.8/T2'), 172_800, 'two days at most')
})
