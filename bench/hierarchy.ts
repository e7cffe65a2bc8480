import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeRequests } from './doors.ts'
import { COLD_COUNT, coldName, MISS_COUNT, missName, prepareTiers } from './hierarchy-data.ts'
import { loadOnceEach } from './loads/once-each.ts'
import { loadOneByOne } from './loads/one-by-one.ts'
import { loadTcp } from './loads/tcp.ts'
import { loadUdp } from './loads/udp.ts'
import { summarise } from './measure.ts'
import { freePorts, type NodeOptions, startNode, withNode } from './node-server.ts'
import { type Load, startBaseline, toRow } from './pair.ts'
import { encodeBenchRequest } from './requests.ts'
import { ratioOf } from './report.ts'
import type { Row } from './results.ts'
import type { ServerProcess } from './server-process.ts'
import { measureByTurns } from './turns.ts'

const HOT_COUNT = 1_000
const CACHE = '128'
const COLD_PER_SECOND = 5_000
/** Of a hit's load, which takes twice as long in all as other loads. */
const TURN_SECONDS = 1
const TURNS_PER_SECOND = 2
/** What two runs of one and the same node differ by here. */
const SAME_WITHIN = 0.03
/** How much slower than three bare round trips a walk over three nodes may be. */
const MISS_TIMES = 2
const TRIPS = 3
/** The last of the names, asked one at a time; V8 goes on compiling for most of those before. */
const MISS_ONE_BY_ONE_COUNT = 6_000
const TURN_COUNT = 50
/** What is asked in the same way beforehand, since the door and the load are new to V8 as well. */
const WARMING_TURNS = 40
/** Where a node's doors are unless it is told otherwise; the core stays the same. */
const IN_A_THREAD = { workers: 1, pinned: true } as const
/** What the nodes answer with, about: two values and what is around them. */
const ANSWER_BYTES = 260

/** A recursive node over a top-level, a secondary and an enterprise node, all of them processes. */
export async function* measureHierarchy(seconds: number): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-hierarchy-'))
  const nodes: ServerProcess[] = []
  try {
    const tiers = {
      top: await freePorts(), secondary: await freePorts(), enterprise: await freePorts(),
    }
    const folders = await prepareTiers(folder, tiers)
    const recursingTop = join(folder, 'recursing-top')
    cpSync(folders.top, recursingTop, { recursive: true })
    const authoritative = join(folder, 'authoritative')
    cpSync(folders.enterprise, authoritative, { recursive: true })
    for (const tier of ['top', 'secondary', 'enterprise'] as const) {
      const options = { dataDir: folders[tier], cache: CACHE, besideLoad: true }
      nodes.push(await startNode(options, tiers[tier]))
    }
    const options: NodeOptions = {
      dataDir: join(folder, 'recursive'), cache: CACHE,
      more: ['--role', 'recursive', '--root', `127.0.0.1:${tiers.top.native}`,
        '--root-prefix', '99.1', '--allow-private-upstreams'],
    }
    yield* measureHits({ dataDir: authoritative, cache: CACHE }, options, seconds)
    yield await measureMiss('top-level node that recurses, miss, three processes', {
      dataDir: recursingTop, cache: CACHE, more: ['--recursion', 'on', '--allow-private-upstreams'],
    }, TRIPS)
    yield await measureMiss('recursive node before three nodes, miss', options, TRIPS + 1)
    yield await measureCold(options, nodes)
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Answers of other nodes from memory, beside those of a node that has the same names itself. */
async function* measureHits(
  authoritative: NodeOptions, recursive: NodeOptions, seconds: number,
): AsyncGenerator<Row> {
  const requests = encodeRequests(Array.from({ length: HOT_COUNT }, (_, i) => coldName(i)))
  const udp: Load = ({ native }, checked) =>
    loadUdp({ port: native, requests, sockets: 4, window: 32, seconds: TURN_SECONDS, checked })
  const tcp: Load = ({ native }, checked) =>
    loadTcp({
      port: native, requests, connections: 32, depth: 1, seconds: TURN_SECONDS, checked,
    })
  const loads = [
    { door: 'UDP', kind: 'udp', load: udp },
    { door: 'TCP, 1 in flight × 32', kind: 'tcp', load: tcp },
  ]
  for (const { door, kind, load } of loads) {
    const [own, others] = await measureByTurns([authoritative, recursive], {
      kind, load, answerBytes: ANSWER_BYTES, warm: requests,
      turnCount: Math.ceil(TURNS_PER_SECOND * seconds),
    })
    if (own === undefined || others === undefined) throw new Error('nothing was measured')
    const row = toRow(`node with the same names, hit, ${door}`, own, null)
    const ratio = Math.floor(ratioOf(row) * (1 - SAME_WITHIN) * 100) / 100
    yield row
    yield toRow(`recursive node, hit, ${door}`, others, { ratio })
  }
}

/**
 * Names that take the whole walk, one at a time, beside three bare round trips each: the same
 * questions to three servers in turn that answer with as much and look nothing up. A few of the
 * one, a few of the other, so that what else the machine does befalls both.
 * @param tripCount round trips that a walk takes, the one to the node that is asked among them
 */
async function measureMiss(door: string, options: NodeOptions, tripCount: number): Promise<Row> {
  const names = Array.from({ length: MISS_COUNT }, (_, i) => missName(i))
  const warming = names.slice(0, -MISS_ONE_BY_ONE_COUNT).map(encodeBenchRequest)
  const requests = encodeRequests(names.slice(-MISS_ONE_BY_ONE_COUNT))
  const [bare, miss]: [number[], number[]] = [[], []]
  await withBareServers((ports) => withNode({ ...options, ...IN_A_THREAD }, async ({ native }) => {
    await loadOnceEach({ port: native, requests: warming, connections: 8, window: 8 })
    for (let at = 0; at < requests.length; at += TURN_COUNT) {
      const some = requests.slice(at, at + TURN_COUNT)
      const bareMs = await loadOneByOne({ ports, requests: some, checked: false })
      const missMs = await loadOneByOne({ ports: [native], requests: some, checked: true })
      if (at < WARMING_TURNS * TURN_COUNT) continue
      // The first opens a socket and finds memory cold from the other's turn.
      bare.push(...bareMs.slice(1))
      miss.push(...missMs.slice(1))
    }
  }))
  const [own, other] = [miss, bare].map((times) =>
    summarise(times.length, times.reduce((sum, ms) => sum + ms, 0) / 1000, times))
  if (own === undefined || other === undefined) throw new Error('nothing was measured')
  const times = own.p50Ms / other.p50Ms * TRIPS / tripCount
  return {
    door: `${door}, one at a time`,
    perSecond: own.perSecond,
    baselinePerSecond: other.perSecond,
    p50Ms: own.p50Ms, p99Ms: own.p99Ms, p999Ms: own.p999Ms,
    quantilesMs: own.quantilesMs,
    baselineQuantilesMs: other.quantilesMs,
    serverShare: null,
    target: { times: MISS_TIMES },
    ...(tripCount === TRIPS ? {} : {
      note: `of as many bare round trips as it takes, ${tripCount}: ${times.toFixed(2)} (p50)`,
    }),
  }
}

async function withBareServers(use: (ports: readonly number[]) => Promise<void>): Promise<void> {
  const servers: ServerProcess[] = []
  try {
    const ports: number[] = []
    while (ports.length < TRIPS) {
      const { server, ports: { native } } = await startBaseline('udp', ANSWER_BYTES)
      servers.push(server)
      ports.push(native)
    }
    await use(ports)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** Distinct names, each asked once: what the whole chain does on all cores. */
async function measureCold(
  options: NodeOptions, nodes: readonly ServerProcess[],
): Promise<Row> {
  const requests = Array.from({ length: COLD_COUNT }, (_, i) =>
    encodeBenchRequest(coldName(i), i))
  return withNode(options, async ({ native }, recursive) => {
    const all = [recursive, ...nodes]
    const cpuOfAll = (): number => {
      const { user, system } = process.cpuUsage()
      return all.reduce((sum, one) => sum + one.cpuSeconds(), (user + system) / 1e6)
    }
    const before = cpuOfAll()
    const memoryBefore = recursive.memoryMebibytes().resident
    const measure = await loadOnceEach({ port: native, requests, connections: 8, window: 64 })
    const cores = 2
    const cpuSeconds = (cpuOfAll() - before) / cores
    const memory = recursive.memoryMebibytes().resident
    return {
      door: `${COLD_COUNT.toLocaleString('en')} cold names through three nodes`,
      perSecond: measure.perSecond,
      baselinePerSecond: null,
      // Of both cores, whoever used them: load and all nodes.
      perCpuSecond: measure.total / cpuSeconds,
      p50Ms: measure.p50Ms, p99Ms: measure.p99Ms, p999Ms: measure.p999Ms,
      quantilesMs: measure.quantilesMs,
      serverShare: cpuSeconds / measure.seconds,
      target: { perSecond: COLD_PER_SECOND },
      note: `resident ${Math.round(memoryBefore)} to ${Math.round(memory)} MiB`,
    }
  })
}
