import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { KeyBytes } from '../../src/identifier/key-bytes.ts'
import { HOT_ANSWER_SECONDS } from '../../src/resolver/limits.ts'
import { USUAL_QUERY } from '../../src/resolver/query.ts'
import { decodeValues } from '../../src/wire/values.ts'
import type { Outcome } from '../../src/record/outcome.ts'
import {
  ask, createRecursive, rootAt, siteValue, startHierarchy,
} from '../support/hierarchy.ts'

const types = (outcome: Outcome | undefined): string[] =>
  outcome?.kind === 'found' ? decodeValues(outcome.block).map(({ type }) => type) : []

t.test('a name is found from the root down', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  t.equal(node.resolver.lookup(ask('88.118.8/P1')), undefined, 'not at hand at first')
  const found = await node.resolver.recurse(ask('88.118.8/P1'))
  t.match(found, { kind: 'found', ttlSeconds: 600, recursed: { stale: false } })
  t.same(types(found), ['URL', 'EMAIL'], 'what is public')
  t.equal(node.askedCount(), 3, 'one way down: a referral, the prefix, the values')

  t.equal(node.resolver.lookup(ask('88.118.8/p1')), found, 'then from memory, in any case')
  t.same(types(node.resolver.lookup(ask('88.118.8/P1', { types: ['EMAIL'] }))), ['EMAIL'])
  t.match(node.resolver.lookup(ask('88.118.8/P1', { indexes: [9] })), { kind: 'no-values' })
  t.same(types(node.resolver.lookup(ask('0.NA/88.118.8'))), ['HS_SITE'], 'and what led there')
  t.equal(node.askedCount(), 3)

  nodes.enterprise.store.put('88.118.8/P2', [createValue(1, 'URL', 'b')])
  t.same(types(await node.resolve(ask('88.118.8/P2'))), ['URL'])
  t.equal(node.askedCount(), 4, 'another name costs one question')
  t.match(await node.resolve(ask('88.118.8/P3')), { kind: 'absent' })
  t.match(node.resolver.lookup(ask('88.118.8/P3')), { kind: 'absent' })
  t.same(types(await node.resolve(ask('88.118'))), ['HS_SITE', 'HS_SITE.PREFIX'])
  t.match(await node.resolve(ask('88.118.9/P1')), { kind: 'absent' }, 'no such prefix')
  t.match(await node.resolve(ask('99.1/P1')), { kind: 'absent' }, 'nor one at the root')
})

t.test('what lives elsewhere is not looked for here again, until something changes', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const { own, resolver } = node
  await resolver.recurse(ask('88.118.8/P1'))
  const key = new KeyBytes()
  const peek = (): string[] => {
    key.setText(keyOf('88.118.8/P1'))
    const outcome = resolver.peek(key, USUAL_QUERY, own.clock.nowSeconds())
    return outcome?.kind === 'found' ? types(outcome.copy()) : []
  }
  t.same(peek(), ['URL', 'EMAIL'])
  const mark = node.cache.get(keyOf('88.118.8/P1'))?.elsewhereAt
  t.ok(mark)
  for (let i = 0; i < 3; i++) t.same(peek(), ['URL', 'EMAIL'])
  t.equal(node.cache.get(keyOf('88.118.8/P1'))?.elsewhereAt, mark, 'not looked for again')
  own.store.homed.add('88.118.8')
  own.changed('')
  t.same(peek(), [], 'a prefix that is homed here has no such name')
  own.changed(own.store.put('88.118.8/P1', [createValue(1, 'DESC', 'mine')]))
  t.same(peek(), ['DESC'], 'a record of our own goes before')
  own.store.homed.delete('88.118.8')
  own.changed('')
  t.same(peek(), ['URL', 'EMAIL'], 'until it is gone')
})

t.test('an answer in demand is given in place, for a moment, while it stands', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const { own, resolver, cache, counters } = node
  const name = keyOf('88.118.8/P1')
  const found = await resolver.recurse(ask(name))
  const key = new KeyBytes()
  key.setText(name)
  const peek = (terms = {}) => {
    const outcome = resolver.peek(key, { ...USUAL_QUERY, ...terms }, own.clock.nowSeconds())
    if (outcome?.kind !== 'found') return { kind: outcome?.kind, recursed: undefined }
    return { ...outcome.copy(), recursed: outcome.recursed?.stale }
  }
  if (found.kind !== 'found') throw new Error('not found')
  const { kind, block, ttlSeconds } = found
  const demand = (): number => cache.get(name)?.demandCount ?? 0
  for (let i = 0; i < 10; i++) t.same(peek(), { kind, block, ttlSeconds, recursed: false })
  t.equal(demand(), 2, 'then it is not looked up any more')
  t.equal(counters.get('recursion_hits_total'), 10)
  t.match(peek({ indexes: [9] }), { kind: 'no-values' }, 'but for another question')
  t.match(peek({ recursionCount: 10 }), { kind: 'failed' })
  t.equal(demand(), 3)
  own.changed(own.store.put(name, [createValue(1, 'DESC', 'mine')]))
  own.store.homed.add('88.118.8')
  own.changed('')
  t.equal(peek().recursed, undefined, 'a record of our own goes before')
  own.store.homed.delete('88.118.8')
  own.changed('')
  t.equal(peek().recursed, false)
  own.clock.seconds = systemClock.nowSeconds() + HOT_ANSWER_SECONDS + 1
  const before = demand()
  peek()
  t.equal(demand(), before + 1, 'looked up again')
})

t.test('10,000 at once for one name cost one walk', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const answers = await Promise.all(
    Array.from({ length: 10_000 }, () => node.resolver.recurse(ask('88.118.8/P1'))))
  t.ok(answers.every((answer) => answer.kind === 'found'))
  t.equal(node.askedCount(), 3)
  t.equal(node.counters.get('recursion_walks_total'), 2, 'the name and its prefix')
})

t.test('1,000 names below one cold prefix cost one question for the prefix', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  for (let i = 0; i < 1000; i++) {
    nodes.enterprise.store.put(`88.118.8/N${i}`, [createValue(1, 'URL', String(i))])
  }
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => node.resolver.recurse(ask(`88.118.8/N${i}`))))
  answers.forEach((answer, i) => {
    const url = answer.kind === 'found' ? decodeValues(answer.block)[0]?.data.toString() : answer
    if (url !== String(i)) t.equal(url, String(i))
  })
  t.equal(node.askedCount(), 1002)
  t.ok(node.counters.get('upstream_requests_tcp_total') > 900, 'a busy server gets a connection')
})

t.test('a record without what was asked for is left by its alias', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const { store } = nodes.enterprise
  store.put('88.118.8/A', [createValue(1, 'HS_ALIAS', '88.118.8/B')])
  store.put('88.118.8/B', [createValue(1, 'HS_ALIAS', '88.118.8/P1')])
  store.put('88.118.8/RING', [createValue(1, 'HS_ALIAS', '88.118.8/ring')])
  store.put('88.118.8/BAD', [createValue(1, 'HS_ALIAS', '/')])
  t.same(types(await node.resolve(ask('88.118.8/A', { types: ['URL'] }))), ['URL'])
  t.same(types(await node.resolve(ask('88.118.8/A'))), ['HS_ALIAS'], 'everything: as it is')
  t.match(await node.resolve(ask('88.118.8/A', { types: ['FAX'] })), { kind: 'no-values' })
  t.match(await node.resolve(ask('88.118.8/RING', { types: ['URL'] })), { kind: 'failed' })
  t.match(await node.resolve(ask('88.118.8/BAD', { types: ['URL'] })), { kind: 'no-values' })
})

t.test('service handles are followed, with limits', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const { top, secondary, enterprise } = nodes
  const service = (handle: string) => [createValue(1, 'HS_SERV', handle)]
  top.store.homed.add('0.SERV')
  top.store.put('0.SERV/1', [siteValue(enterprise.address)])
  top.store.put('0.SERV/A', [createValue(1, 'HS_ALIAS', '0.SERV/1')])
  top.store.put('0.SERV/RING', service('0.SERV/RING'))
  top.store.put('0.NA/0.SERV', [siteValue(top.address)])
  secondary.store.put('0.NA/88.118.1', service('0.SERV/1'))
  secondary.store.put('0.NA/88.118.2', service('0.SERV/A'))
  secondary.store.put('0.NA/88.118.3', service('0.SERV/RING'))
  secondary.store.put('0.NA/88.118.4', service('0.SERV/NONE'))
  secondary.store.put('0.NA/88.118.5', service('88.118.5/SELF'))
  for (const i of [1, 2]) {
    enterprise.store.homed.add(`88.118.${i}`)
    enterprise.store.put(`88.118.${i}/X`, [createValue(1, 'URL', 'x')])
  }
  t.same(types(await node.resolve(ask('88.118.1/X'))), ['URL'])
  t.same(types(await node.resolve(ask('88.118.2/X'))), ['URL'], 'through an alias')
  t.match(await node.resolve(ask('88.118.3/X')), { kind: 'failed', reason: 'upstream' })
  t.match(await node.resolve(ask('88.118.4/X')), { kind: 'failed', reason: 'upstream' })
  t.match(await node.resolve(ask('88.118.5/X')), { kind: 'failed' }, 'a service within itself')
  t.match(await node.resolve(ask('88.118.8/P1')), { kind: 'found' }, 'others are unharmed')
})

t.test('what is asked for without recursion, or passed on too often', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)], { homed: ['88.200'] })
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const { resolver } = node
  await resolver.recurse(ask('88.118.8/P1'))
  t.match(resolver.lookup(ask('88.118.8/P1', { mayRecurse: false })), { kind: 'not-homed' })
  t.match(resolver.lookup(ask('88.118.8/P1', { recursionCount: 10 })), {
    kind: 'failed', reason: 'recursion',
  })
  t.match(resolver.lookup(ask('88.200/X')), { kind: 'absent' }, 'its own names are its own')
  node.own.store.failing = true
  t.match(resolver.lookup(ask('88.200/Y')), { kind: 'failed', reason: 'store' })
})

t.test('a node that refers may follow its own referrals', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([], { homed: ['0.NA'] })
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  for (const [key, block] of nodes.top.store.blocks) node.own.store.blocks.set(key, block)
  t.same(types(await node.resolve(ask('88.118.8/P1'))), ['URL', 'EMAIL'])
  t.equal(nodes.top.asked(), 0)
  t.match(await node.resolve(ask('77.1/X')), { kind: 'absent' })
})

t.test('a walk step by step', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)])
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  const cold = await node.resolver.trace(ask('88.118.8/P1'))
  const server = ({ address: { host, port } }: typeof nodes.top) => `${host}:${port}`
  t.match(cold, { identifier: '88.118.8/P1', outcome: 'found, 2 values' })
  t.match(cold.steps, [
    { name: '0.NA/88.118.8', from: 'server', server: server(nodes.top), protocol: 'udp',
      answer: 'prefix referral' },
    { name: '0.NA/88.118.8', server: server(nodes.secondary), answer: 'found, 1 value' },
    { name: '88.118.8/P1', server: server(nodes.enterprise), answer: 'found, 2 values' },
  ])
  t.ok(cold.steps.every(({ tookMs }) => tookMs > 0))
  const warm = await node.resolver.trace(ask('88.118.8/P1'))
  t.match(warm.steps, [{ name: '88.118.8/P1', from: 'cache', server: null }])
  t.equal(warm.steps.length, 1)
  const other = await node.resolver.trace(ask('88.118.8/P2'))
  t.match(other.steps, [
    { name: '0.NA/88.118.8', from: 'cache' }, { name: '88.118.8/P2', answer: 'absent' },
  ])
})

t.test('a node that knows a root is not the one to deny a prefix', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)], { homed: ['0.NA', '88'] })
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  node.own.store.put('0.NA/88.300', [createValue(1, 'DESC', 'kept here')])
  t.same(types(await node.resolve(ask('88.118.8/P1'))), ['URL', 'EMAIL'])
  t.same(types(await node.resolve(ask('0.NA/88.118'))), ['HS_SITE', 'HS_SITE.PREFIX'])
  t.same(types(await node.resolve(ask('0.NA/88.300'))), ['DESC'])
  t.match(await node.resolve(ask('0.NA/88.301')), { kind: 'absent' })
  t.match(node.resolver.lookup(ask('88/NONE')), { kind: 'absent' }, 'of its own names it does')
})
