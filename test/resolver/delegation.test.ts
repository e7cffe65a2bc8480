import t from 'tap'
import { keyOf, prefixRecordKey } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { type Query, USUAL_QUERY } from '../../src/resolver/query.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { createResolverSetting } from '../support/memory-store.ts'

const ask = (name: string, rest: Partial<Query> = {}): Query =>
  ({ ...USUAL_QUERY, key: keyOf(name), ...rest })

/** The top node: it keeps the records of prefixes, and has handed some of them down. */
function topNode() {
  const made = createResolverSetting(['0.NA'])
  const { store } = made
  store.put('0.NA/88', [createValue(1, 'DESC', 'top')])
  store.put('0.NA/88.118', [
    createValue(1, 'HS_SITE', 'own'),
    createValue(2, 'HS_SITE.PREFIX', 'derived'),
    createValue(3, 'HS_SITE.PREFIX', 'hidden', { permissions: 0x0c }),
    createValue(4, 'DESC', 'secondary'),
  ])
  store.put('0.NA/88.119', [createValue(1, 'HS_SERV.PREFIX', '0.SERV/88.119')])
  store.put('0.NA/88.120', [createValue(1, 'HS_NA_DELEGATE', 'old')])
  store.put('0.NA/88.118.5', [createValue(1, 'HS_SERV', '0.SERV/5'), createValue(2, 'DESC', 'x')])
  store.put('0.NA/88.118.6', [createValue(1, 'HS_SITE', 'self-built')])
  return made
}

t.test('where else to ask', async (t) => {
  const { resolver } = topNode()
  const cases: [name: string, expected: object, referredTo?: string[]][] = [
    ['0.NA/88.118', { kind: 'found' }],
    ['88.118', { kind: 'found' }],
    ['0.NA/88.118.8', { kind: 'referral', to: 'prefix', handle: '' }, ['derived']],
    ['0.na/88.118.8', { kind: 'referral', to: 'prefix', handle: '' }, ['derived']],
    ['0.NA/88.118.8.1.2', { kind: 'referral', to: 'prefix' }, ['derived']],
    ['88.118.8/P1', { kind: 'referral', to: 'prefix' }, ['derived']],
    ['0.NA/88.119.1', { kind: 'referral', to: 'prefix', handle: '' }, ['0.SERV/88.119']],
    ['0.NA/88.120.1', { kind: 'referral', to: 'prefix', handle: '' }, ['old']],
    ['88.118.5/P1', { kind: 'referral', to: 'service', handle: '0.SERV/5', block: null }],
    ['88.118.6/P1', { kind: 'not-homed' }],
    ['88.118/P1', { kind: 'not-homed' }],
    ['0.NA/88.121', { kind: 'absent' }],
    ['0.NA/99.1', { kind: 'absent' }],
    ['99.1/P1', { kind: 'not-homed' }],
    [`99${'.1'.repeat(900)}/P1`, { kind: 'not-homed' }],
  ]
  for (const [name, expected, referredTo] of cases) {
    const outcome = resolver.lookup(ask(name))
    t.match(outcome, expected, name)
    if (referredTo === undefined || outcome.kind !== 'referral') continue
    const values = decodeValues(outcome.block ?? Buffer.alloc(4))
    t.same(values.map((value) => value.data.toString()), referredTo, name)
    t.equal(resolver.lookup(ask(name)), outcome, 'encoded once')
  }
})

t.test('who must not be referred is told that it is not here', async (t) => {
  const { resolver } = topNode()
  for (const name of ['0.NA/88.118.8', '88.118.8/P1', '88.118.5/P1']) {
    t.match(resolver.lookup(ask(name, { mayRefer: false })), { kind: 'not-homed' }, name)
  }
  t.match(resolver.lookup(ask('0.NA/88.118', { mayRefer: false })), { kind: 'found' })
})

t.test('a delegate refers nobody to itself', async (t) => {
  const { resolver, store } = topNode()
  store.homed.add('88.118')
  const { resolver: secondary, store: records } = createResolverSetting(['88.118', '88.118.7'])
  records.put('0.NA/88.118.8', [createValue(1, 'HS_SITE', 'enterprise')])
  const cases: [typeof secondary, string, string][] = [
    [resolver, '0.NA/88.118.8', 'absent'],
    [secondary, '0.NA/88.118.8', 'found'],
    [secondary, '0.NA/88.118.9', 'absent'],
    [secondary, '0.NA/88.118', 'not-homed'],
    [secondary, '88.118.8/P1', 'not-homed'],
    [secondary, '88.118.7/P1', 'absent'],
  ]
  for (const [from, name, kind] of cases) t.match(from.lookup(ask(name)), { kind }, name)
})

t.test('a changed delegation counts at once', async (t) => {
  const { resolver, store, changed } = topNode()
  t.match(resolver.lookup(ask('0.NA/88.118.8')), { kind: 'referral' })
  changed(store.put('0.NA/88.118', [createValue(1, 'HS_SITE', 'own')]))
  t.match(resolver.lookup(ask('0.NA/88.118.8')), { kind: 'absent' })
  changed(store.put('0.NA/88.118.8', [createValue(1, 'DESC', 'here now')]))
  t.match(resolver.lookup(ask('0.NA/88.118.8')), { kind: 'found' })
})

t.test('a prefix record that was read on the way to a name is not read again', async (t) => {
  const { resolver, store, changed, clock } = topNode()
  resolver.lookup(ask('88.118.8/P1'))
  t.equal(store.readCount, 2, 'its prefix and the one above')
  t.match(resolver.lookup(ask('0.NA/88.118.8')), { kind: 'referral' })
  t.match(resolver.lookup(ask('0.NA/88.118')), { kind: 'found' })
  t.equal(store.readCount, 2)
  changed(store.put('0.NA/88.118.8', [createValue(1, 'DESC', 'here now')]))
  t.match(resolver.lookup(ask('0.NA/88.118.8')), { kind: 'found' })
  const until = { ttlType: 'absolute', ttl: clock.seconds + 100 } as const
  changed(store.put('0.NA/88.118.9', [createValue(1, 'HS_SITE', 'x', until)]))
  resolver.lookup(ask('88.118.9/P1'))
  for (const rest of [40, 30]) {
    clock.seconds = until.ttl - rest
    t.match(resolver.lookup(ask('0.NA/88.118.9')), { kind: 'found', ttlSeconds: rest })
  }
})

t.test('a store that fails on the way up says nothing', async (t) => {
  const { resolver, store, storeErrors } = topNode()
  store.blocks.delete(prefixRecordKey('88.118'))
  t.match(resolver.lookup(ask('99.5/P1')), { kind: 'not-homed' })
  store.failing = true
  t.match(resolver.lookup(ask('88.118.8/P1')), { kind: 'failed', reason: 'store' })
  t.ok(storeErrors.length > 0)
})

t.test('strangers\' prefixes fill no memory beyond its bound', async (t) => {
  const { resolver, cache } = topNode()
  for (let i = 0; i < 20_000; i++) resolver.lookup(ask(`88.118.${i}/X`))
  t.ok(cache.bytes <= 1_000_000)
})
