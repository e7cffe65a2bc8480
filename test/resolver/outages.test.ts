import { createSocket } from 'node:dgram'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/lib/clock.ts'
import { createValue } from '../../src/record/value.ts'
import { STALE_SECONDS_DEFAULT } from '../../src/resolver/cache-rules.ts'
import { startUdpPeer } from '../client/peers.ts'
import {
  ask, createRecursive, type RecursiveOptions, rootAt, siteData, siteValue, startAuthority,
  startHierarchy,
} from '../support/hierarchy.ts'

async function setting(t: Test, options: RecursiveOptions = {}) {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)], { timeoutMs: 3000, ...options })
  t.teardown(async () => {
    node.stop()
    await nodes.stop()
  })
  return { ...nodes, node }
}

t.test('a dead node\'s names are shown stale, for a while', async (t) => {
  const { node, enterprise } = await setting(t)
  t.match(await node.resolve(ask('88.118.8/P1')), { recursed: { stale: false } })
  await enterprise.stop()
  node.pass(601_000)
  const stale = await node.resolve(ask('88.118.8/P1'))
  t.match(stale, { kind: 'found', ttlSeconds: 30, recursed: { stale: true } })
  const walks = node.counters.get('recursion_walks_total')
  t.match(node.resolver.lookup(ask('88.118.8/P1')), { recursed: { stale: true } },
    'at once while upstream has a rest')
  t.equal(node.counters.get('recursion_walks_total'), walks)
  t.ok(node.counters.get('recursion_stale_total') >= 2)
  t.match(await node.resolve(ask('88.118.8/P2')), { kind: 'failed' }, 'unknown names fail')
  node.pass(STALE_SECONDS_DEFAULT * 1000)
  t.match(await node.resolve(ask('88.118.8/P1')), { kind: 'failed' }, 'not for ever')
})

t.test('a failure is forgotten in seconds, and never taken for an absence', async (t) => {
  const { node, enterprise } = await setting(t)
  const { address } = enterprise
  await node.resolve(ask('88.118.8/P1'))
  await enterprise.stop()
  t.match(await node.resolve(ask('88.118.8/LATER')), { kind: 'failed' })
  t.match(node.resolver.lookup(ask('88.118.8/LATER')), { kind: 'failed' })
  const back = await startAuthority(['88.118.8'], address.host, address.port)
  t.teardown(() => back.stop())
  back.store.put('88.118.8/LATER', [createValue(1, 'URL', 'x')])
  node.pass(11_000)
  t.match(await node.resolve(ask('88.118.8/LATER')), { kind: 'found' })
})

t.test('an enterprise that moves is found again without a hand', async (t) => {
  const { node, secondary, enterprise } = await setting(t)
  t.match(await node.resolve(ask('88.118.8/P1')), { kind: 'found' })
  await enterprise.stop()
  const moved = await startAuthority(['88.118.8'])
  t.teardown(() => moved.stop())
  moved.store.put('88.118.8/P2', [createValue(1, 'URL', 'x')])
  secondary.changed(secondary.store.put('0.NA/88.118.8', [siteValue(moved.address)]))
  node.pass(2000)
  t.match(await node.resolve(ask('88.118.8/P2')), { kind: 'found' })
  t.equal(node.counters.get('recursion_refetches_total'), 1)
})

t.test('a secondary node that moves, likewise', async (t) => {
  const { node, top, secondary, enterprise } = await setting(t)
  await node.resolve(ask('88.118.8/P1'))
  await secondary.stop()
  const moved = await startAuthority(['88.118'])
  t.teardown(() => moved.stop())
  moved.store.put('0.NA/88.118.9', [siteValue(enterprise.address)])
  enterprise.store.homed.add('88.118.9')
  enterprise.changed('')
  enterprise.store.put('88.118.9/X', [createValue(1, 'URL', 'x')])
  top.changed(top.store.put('0.NA/88.118', [siteValue(moved.address, 'HS_SITE.PREFIX', 2)]))
  t.match(await node.resolve(ask('88.118.9/X')), { kind: 'found' })
})

t.test('without root and secondary, what is below a known prefix is found', async (t) => {
  const { node, top, secondary, enterprise } = await setting(t)
  await node.resolve(ask('88.118.8/P1'))
  await Promise.all([top.stop(), secondary.stop()])
  enterprise.store.put('88.118.8/P2', [createValue(1, 'URL', 'x')])
  t.match(await node.resolve(ask('88.118.8/P2')), { kind: 'found' })
  node.pass(2 * 86_400_000 - 1000)
  enterprise.store.put('88.118.8/P3', [createValue(1, 'URL', 'x')])
  t.match(await node.resolve(ask('88.118.8/P3')), { kind: 'found' },
    'even when its prefix record is stale')
})

t.test('an answer in demand is fetched anew before it ends', async (t) => {
  const { node, enterprise } = await setting(t)
  await node.resolve(ask('88.118.8/P1'))
  enterprise.changed(enterprise.store.put('88.118.8/P1', [createValue(1, 'URL', 'new')]))
  node.pass(550_000)
  for (let i = 0; i < 5; i++) t.match(node.resolver.lookup(ask('88.118.8/P1')), { kind: 'found' })
  t.equal(node.counters.get('recursion_refreshes_total'), 1, 'once')
  for (let i = 0; i < 100 && node.askedCount() < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  node.pass(60_000)
  t.match(node.resolver.lookup(ask('88.118.8/P1')), { ttlSeconds: 86_400 }, 'no one had to wait')
})

t.test('a node that stood still goes on with the time that is left', async (t) => {
  const nodes = await startHierarchy()
  const { address } = nodes.top
  const slept = await startUdpPeer((datagram, send) => {
    const passedOn = createSocket('udp4')
    passedOn.on('message', (answer) => {
      passedOn.close()
      // More than the part of a walk after which it would try another way.
      node.pass(2500)
      send(answer)
    })
    passedOn.send(datagram, address.port, address.host)
  })
  const node = createRecursive([rootAt(slept.address)], { timeoutMs: 3000 })
  t.teardown(async () => {
    node.stop()
    await Promise.all([slept.stop(), nodes.stop()])
  })
  t.match(await node.resolve(ask('88.118.8/P1')), { kind: 'found' })
})

t.test('one who is in a hurry does not wait, and others get the answer', async (t) => {
  const { node, enterprise } = await setting(t)
  await enterprise.stop()
  const startedMs = performance.now()
  const hurried = await node.resolver.recurse(ask('88.118.8/P1'), 0)
  t.match(hurried, { kind: 'failed', reason: 'deadline' })
  t.ok(performance.now() - startedMs < 2000)
})

t.test('that a node is silent is said within the deadline, whoever joins', async (t) => {
  const silent = await startUdpPeer(() => undefined)
  t.teardown(() => silent.stop())
  const timeoutMs = 2_000
  const node = createRecursive([], { timeoutMs, homed: ['0.NA'] })
  t.teardown(() => { node.stop() })
  const { own } = node
  const site = siteData(silent.address, ['udp'])
  own.changed(own.store.put('0.NA/88.118', [createValue(1, 'HS_SITE.PREFIX', site)]))
  const took = async (): Promise<number> => {
    const startedMs = systemClock.elapsedMs()
    t.match(await node.resolve(ask('0.NA/88.118.8')), { kind: 'failed', reason: 'deadline' })
    return systemClock.elapsedMs() - startedMs
  }
  const first = took()
  await delay(200)
  for (const tookMs of await Promise.all([first, ...Array.from({ length: 500 }, took)])) {
    t.ok(tookMs < timeoutMs, `${Math.round(tookMs)} ms`)
  }
  t.equal(node.counters.get('recursion_walks_total'), 1)
})
