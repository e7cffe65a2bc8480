import { createServer } from 'node:net'
import { once } from 'node:events'
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { request } from 'undici'
import { keyOf } from '../src/identifier/identifier.ts'
import { drawNames } from './data.ts'
import { loadHttp, loadHttpRaw } from './loads/http.ts'
import { loadTcp } from './loads/tcp.ts'
import { loadUdp } from './loads/udp.ts'
import type { Measure } from './measure.ts'
import type { Row } from './report.ts'
import { encodeBenchRequest } from './requests.ts'
import { ServerProcess } from './server-process.ts'

const HOT_COUNT = 1_000
const RANDOM_AMONG = 1_000_000
const DRAWN_COUNT = 1_000_000
const DAY_RESOLUTIONS = 3_000_000
const LARGE_CACHE = '1024'
const SMALL_CACHE = '16'

interface Ports { readonly native: number; readonly http: number }
type Load = (ports: Ports, checked: boolean) => Promise<Measure>

/** Measures each door on hot and random names, the node and its bare baseline in turn. */
export async function* measureDoors(
  dataDir: string, nameCount: number, seconds: number, wants: (door: string) => boolean,
): AsyncGenerator<Row> {
  const hot = drawNames(HOT_COUNT, HOT_COUNT, 1)
  const random = drawNames(DRAWN_COUNT, Math.min(RANDOM_AMONG, nameCount), 2)
  const encode = (names: readonly string[]): Buffer[] =>
    names.map((name, i) => encodeBenchRequest(name, i + 1))
  const sets = [['hot', hot, encode(hot)], ['random', random, encode(random)]] as const
  const sample = await answerSizes(dataDir, hot[0] ?? '')

  for (const [set, names, requests] of sets) {
    const paths = names.slice(0, 20_000).map((name) => `/api/handles/${name}`)
    const warm = set === 'random' ? requests : undefined
    const pair = (kind: string, bytes: number, load: Load): Promise<Pair> =>
      measurePair(dataDir, LARGE_CACHE, kind, bytes, load, warm)
    if (wants('http')) {
      const http: Load = ({ http }) => loadHttpRaw({ port: http, paths, connections: 32, seconds })
      yield toRow(`HTTP, ${set}`, await pair('http', sample.httpBody, http), { ratio: 1 })
      const cannon: Load = ({ http }) => loadHttp({ port: http, paths, connections: 32, seconds })
      const measured = await pair('http', sample.httpBody, cannon)
      yield toRow(`HTTP, ${set}, autocannon`, measured, { ratio: 0.8 })
    }
    if (wants('udp')) {
      const udp: Load = ({ native }, checked) =>
        loadUdp({ port: native, requests, sockets: 4, window: 32, seconds, checked })
      yield toRow(`UDP, ${set}`, await pair('udp', sample.native, udp), { ratio: 0.85 })
    }
    if (wants('tcp')) {
      const tcp: Load = ({ native }, checked) =>
        loadTcp({ port: native, requests, connections: 32, depth: 1, seconds, checked })
      yield toRow(`TCP, 1 in flight × 32, ${set}`, await pair('tcp', sample.native, tcp), null)
    }
    if (wants('pipelined')) {
      const tcp: Load = ({ native }, checked) =>
        loadTcp({ port: native, requests, connections: 8, depth: 500, seconds, checked })
      const perSecond = set === 'hot' ? 400_000 : 150_000
      yield toRow(`TCP pipelined, ${set}`, await pair('tcp', sample.native, tcp), { perSecond })
    }
  }
  if (wants('day')) {
    const requests = sets[0][2]
    const day: Load = ({ native }, checked) => loadTcp({
      port: native, requests, connections: 8, depth: 500, seconds, checked, total: DAY_RESOLUTIONS,
    })
    const measured = await measurePair(dataDir, LARGE_CACHE, 'tcp', sample.native, day)
    const note = `3,000,000 in ${measured.node.seconds.toFixed(1)} s`
    yield { ...toRow('a day: 3,000,000, TCP pipelined, hot', measured, null), note }
  }
  if (wants('miss')) {
    const names = drawNames(DRAWN_COUNT, nameCount, 3)
    const requests = encode(names)
    const miss: Load = ({ native }, checked) =>
      loadTcp({ port: native, requests, connections: 8, depth: 500, seconds, checked })
    const node = await measureNode(dataDir, SMALL_CACHE, miss)
    const bare = measureBareGets(dataDir, names, seconds)
    yield toRow(`not in the cache, out of ${nameCount.toLocaleString('en')}`,
      { node: node.measure, share: node.share, baseline: bare }, { perSecond: 60_000 })
  }
}

interface Pair { readonly node: Measure; readonly share: number; readonly baseline: number }

/** Baseline, node, baseline, node: the better of each, so that one bad moment decides nothing. */
async function measurePair(
  dataDir: string, cache: string, kind: string, bytes: number, load: Load,
  warm?: readonly Buffer[],
): Promise<Pair> {
  const baselines: number[] = []
  const nodes: { measure: Measure; share: number }[] = []
  for (let round = 0; round < 2; round++) {
    baselines.push(await measureBaseline(kind, bytes, load))
    nodes.push(await measureNode(dataDir, cache, load, warm))
  }
  const best = nodes.reduce((a, b) => (a.measure.perSecond > b.measure.perSecond ? a : b))
  return { node: best.measure, share: best.share, baseline: Math.max(...baselines) }
}

async function measureBaseline(kind: string, bytes: number, load: Load): Promise<number> {
  const port = await freePort()
  const server = ServerProcess.start(['bench/baseline.ts', kind, String(port), String(bytes)])
  try {
    await server.untilSays()
    return (await load({ native: port, http: port }, false)).perSecond
  } finally {
    await server.stop()
  }
}

async function measureNode(
  dataDir: string, cache: string, load: Load, warm?: readonly Buffer[],
): Promise<{ measure: Measure; share: number }> {
  return withNode(dataDir, cache, async (ports, server) => {
    if (warm !== undefined) {
      await loadTcp({
        port: ports.native, requests: warm, connections: 4, depth: 500, seconds: 0,
        checked: true, total: 2 * warm.length,
      })
    }
    const before = server.cpuSeconds()
    const measure = await load(ports, true)
    return { measure, share: (server.cpuSeconds() - before) / measure.seconds }
  })
}

async function withNode<T>(
  dataDir: string, cache: string, use: (ports: Ports, server: ServerProcess) => Promise<T>,
): Promise<T> {
  const ports = { native: await freePort(), http: await freePort() }
  const server = ServerProcess.start([
    'src/cli/main.mjs', 'serve', '--data', dataDir, '--workers', '0', '--cache', cache,
    '--native', `127.0.0.1:${ports.native}`, '--http', `127.0.0.1:${ports.http}`,
  ])
  try {
    await server.untilReady(ports.http)
    return await use(ports, server)
  } finally {
    await server.stop()
  }
}

/** How long the node's answers are, so that a baseline answers with as much. */
async function answerSizes(
  dataDir: string, name: string,
): Promise<{ native: number; httpBody: number }> {
  return withNode(dataDir, SMALL_CACHE, async ({ http }) => {
    const body = await request(`http://127.0.0.1:${http}/api/handles/${name}`)
      .then((answer) => answer.body.text())
    const tunnelled = await request(`http://127.0.0.1:${http}/${name}`, {
      method: 'POST',
      headers: {
        accept: 'application/x-hdl-message', 'content-type': 'application/x-hdl-message',
      },
      body: encodeBenchRequest(name, 1),
    }).then((answer) => answer.body.arrayBuffer())
    return { native: tunnelled.byteLength, httpBody: Buffer.byteLength(body) }
  })
}

/** Bare prepared gets of the same names from the same file, in this process. */
function measureBareGets(dataDir: string, names: readonly string[], seconds: number): number {
  const database = new Database(join(dataDir, 'records.db'), { readonly: true })
  const get = database.prepare('SELECT block FROM records WHERE key = ?').pluck()
  const keys = names.map((name) => keyOf(name))
  const started = performance.now()
  let done = 0
  while (performance.now() - started < seconds * 1000) {
    for (let i = 0; i < 1000; i++) get.get(keys[(done + i) % keys.length])
    done += 1000
  }
  database.close()
  return done / ((performance.now() - started) / 1000)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

function toRow(door: string, pair: Pair, target: Row['target']): Row {
  const { node, share, baseline } = pair
  return {
    door,
    perSecond: node.perSecond,
    baselinePerSecond: baseline,
    p50Ms: node.p50Ms, p99Ms: node.p99Ms, p999Ms: node.p999Ms,
    serverShare: share,
    target,
  }
}
