import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { keyOf } from '../../src/identifier/identifier.ts'
import type { Config } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'
import { createValue } from '../../src/record/value.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { askUdp, connectTcp, requestFor, responseCode } from '../support/native.ts'

const logger = pino({ level: 'silent' })

const start = async (t: Test, rest: Partial<Config> = {}): Promise<RunningNode> => {
  const node = await startNode({
    dataDir: rest.dataDir ?? t.testdir(),
    http: { host: '127.0.0.1', port: 0 },
    https: null,
    tlsFiles: null,
    native: { host: '127.0.0.1', port: 0 },
    metrics: null,
    rootPrefix: '88',
    administrators: [],
    appointsAdministrator: false,
    deskPrefix: null,
    deskPlain: 'local', upstreamDesk: null,
    seed: 'none',
    workers: 2,
    cacheMebibytes: 16, trustedNetworks: [], recursion: null,
    ...rest,
  }, { logger })
  t.teardown(() => node.stop())
  return node
}

const put = (node: RunningNode, name: string, data: string): void => {
  const block = encodeValues([createValue(1, 'URL', data)])
  node.registry.execute([
    { operation: 'home', prefix: '88.1.1' },
    { operation: 'put', key: keyOf(name), name, block },
  ], 'test')
}

const status = async (node: RunningNode, path: string): Promise<number> => {
  // A connection of its own each time: a kept one may lead to a thread that has died.
  const url = `http://127.0.0.1:${node.httpAddress.port}${path}`
  const answer = await request(url, { reset: true })
  await answer.body.dump()
  return answer.statusCode
}

t.test('a node answers over every door, with and without threads', async (t) => {
  for (const workers of [0, 2]) {
    const node = await start(t, { workers })
    put(node, '88.1.1/A', 'https://a.example')
    t.equal(await status(node, '/healthz'), 200)
    t.equal(await status(node, '/readyz'), 200)
    t.equal(await status(node, '/api/handles/88.1.1/a'), 200)
    const udp = await askUdp(node.nativeAddress.port, [requestFor('88.1.1/A')], 1, 1000)
    t.same(udp.map(responseCode), [1])
    const tcp = await connectTcp(node.nativeAddress.port)
    tcp.socket.write(requestFor('88.1.1/A'))
    await tcp.until(1)
    t.same(tcp.answers.map(responseCode), [1])
    tcp.socket.destroy()
    t.same(node.holdings(), { records: 1, prefixes: 1 })
    await node.stop()
    await node.stop()
  }
})

t.test('after a write no thread answers with what was there before', async (t) => {
  const node = await start(t)
  const name = '88.1.1/COHERENT'
  put(node, name, 'version 0')
  const clients = await Promise.all(
    Array.from({ length: 8 }, () => connectTcp(node.nativeAddress.port)))
  let acknowledged = 0
  let written = 0
  let stale = 0
  let asked = 0
  let running = true
  const readers = clients.map(async ({ socket, answers, until }) => {
    while (running) {
      const atLeast = acknowledged
      // Behind names that are not in memory, so that a snapshot of the store is already taken.
      const others = Array.from({ length: 8 }, () => requestFor(`88.1.1/NONE${asked++}`))
      socket.write(Buffer.concat([...others, requestFor(name)]))
      await until(others.length + 1)
      const version = Number(/version (\d+)/.exec(answers.pop()?.toString('latin1') ?? '')?.[1])
      answers.length = 0
      if (!(version >= atLeast && version <= written)) stale++
    }
  })
  for (let version = 1; version <= 300; version++) {
    written = version
    put(node, name, `version ${version}`)
    acknowledged = version
    await delay(2)
  }
  running = false
  await Promise.all(readers)
  for (const { socket } of clients) socket.destroy()
  t.equal(stale, 0, `none of ${asked} answers was stale`)
  t.ok(asked > 300)
})

t.test('a thread that dies is replaced, and the other goes on answering', async (t) => {
  const node = await start(t)
  put(node, '88.1.1/A', 'x')
  const before = node.supervisor?.threadIds ?? []
  t.equal(before.length, 2)
  const victim = before[0]
  if (victim !== undefined) await node.supervisor?.kill(victim)
  for (let i = 0; i < 200 && (node.supervisor?.threadIds.length ?? 0) < 2; i++) await delay(50)
  const after = node.supervisor?.threadIds ?? []
  t.equal(after.length, 2)
  t.notOk(victim !== undefined && after.includes(victim))
  await delay(300)
  for (let i = 0; i < 10; i++) t.equal(await status(node, '/api/handles/88.1.1/A'), 200)
})

t.test('what is written survives a stop', async (t) => {
  const dataDir = t.testdir()
  const first = await start(t, { dataDir, workers: 0 })
  put(first, '88.1.1/A', 'x')
  await first.stop()
  const second = await start(t, { dataDir, workers: 0 })
  t.equal(await status(second, '/api/handles/88.1.1/A'), 200)
})

t.test('what can not be had is said in one line, and nothing stays open', async (t) => {
  const dataDir = t.testdir()
  const node = await start(t, { dataDir, workers: 0 })
  await t.rejects(start(t, { dataDir, workers: 0 }), { message: /in use by a running node/ })
  await t.rejects(
    start(t, { dataDir: `${dataDir}/other`, workers: 0, http: node.httpAddress }),
    { message: /is in use; stop what listens there/ },
  )
  await t.rejects(
    start(t, { dataDir: `${dataDir}/third`, workers: 1, native: node.nativeAddress }),
    { message: /is in use/ },
  )
  await node.stop()
  const again = await start(t, { dataDir, workers: 0, http: node.httpAddress })
  t.equal(await status(again, '/healthz'), 200)
})

t.test('metrics: from this machine at the HTTP door, or at a door of their own', async (t) => {
  const node = await start(t, { workers: 1 })
  put(node, '88.1.1/A', 'x')
  await status(node, '/api/handles/88.1.1/A')
  const url = `http://127.0.0.1:${node.httpAddress.port}/metrics`
  const answer = await request(url, { reset: true })
  t.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  const text = await answer.body.text()
  t.match(text, 'suibiao_http_requests_total{endpoint="api",thread="1"} 1\n')
  t.match(text, 'suibiao_http_outcomes_total{outcome="found",thread="1"} 1\n')
  t.match(text, 'suibiao_cache_lookups_total{result="miss",thread="1"} 1\n')
  t.match(text, 'suibiao_registry_commits_total 1\n')
  t.match(text, 'suibiao_registry_commit_changes_sum 2\n')
  for (const name of ['forwarded', 'x-forwarded-for', 'via']) {
    const handedOn = await request(url, { reset: true, headers: { [name]: 'x' } })
    t.equal(handedOn.statusCode, 404, name)
    await handedOn.body.dump()
  }
  await node.stop()

  const apart = await start(t, { workers: 1, metrics: { host: '127.0.0.1', port: 0 } })
  t.equal(await status(apart, '/metrics'), 404)
  const ownUrl = `http://127.0.0.1:${apart.metricsAddress?.port}/metrics`
  const own = await request(ownUrl, { reset: true })
  t.match(await own.body.text(), 'suibiao_process_resident_bytes')
  const health = await request(new URL('/readyz', ownUrl), { reset: true })
  t.equal(health.statusCode, 200)
  t.match(await health.body.json(), { ready: true, parts: { threads: { ready: true } } })
})

t.test('gauges tell how the node stands', async (t) => {
  const node = await start(t, { workers: 1 })
  put(node, '88.1.1/A', 'x')
  await status(node, '/api/handles/88.1.1/A')
  const read = async (): Promise<Map<string, number>> => {
    const answer = await request(`http://127.0.0.1:${node.httpAddress.port}/metrics`)
    const lines = (await answer.body.text()).matchAll(/^(suibiao_\S+) (\S+)$/gm)
    return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]))
  }
  // The threads tell of themselves, and the main one of the store, each in its own second.
  const told = ['suibiao_cache_held_answers{thread="1"}', 'suibiao_store_held_records']
  let gauges = await read()
  for (let i = 0; i < 100 && told.some((name) => gauges.get(name) !== 1); i++) {
    await delay(50)
    gauges = await read()
  }
  t.equal(gauges.get('suibiao_cache_held_answers{thread="1"}'), 1)
  t.ok((gauges.get('suibiao_cache_held_bytes{held="answer",thread="1"}') ?? 0) > 50)
  t.equal(gauges.get('suibiao_store_held_records'), 1)
  t.equal(gauges.get('suibiao_store_held_prefixes'), 1)
  t.ok((gauges.get('suibiao_store_file_bytes') ?? 0) > 4096)
  t.ok((gauges.get('suibiao_process_resident_bytes') ?? 0) > 2 ** 20)
  t.ok((gauges.get('suibiao_process_used_cpu_seconds') ?? 0) > 0)
  t.ok((gauges.get('suibiao_http_open_connections{thread="1"}') ?? 0) > 0)
  const p99 = gauges.get('suibiao_node_loop_delay_seconds{quantile="p99",thread="1"}') ?? -1
  t.ok(p99 >= 0 && p99 < 10)
})
