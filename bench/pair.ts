import type { Measure } from './measure.ts'
import { loadTcp } from './loads/tcp.ts'
import { freePort, type NodeOptions, type Ports, withNode } from './node-server.ts'
import type { Row } from './report.ts'
import { ServerProcess } from './server-process.ts'

export type Load = (ports: Ports, checked: boolean) => Promise<Measure>

/** A run and what it cost the server. */
export interface Run {
  readonly measure: Measure
  /** Share of a core that the server used, 0 to 1 (more with threads). */
  readonly share: number
  /** Answers for each second of the server's processor time. */
  readonly perCpuSecond: number
}

export interface Pair {
  readonly node: Run
  readonly baseline: Run
}

export interface PairOptions extends NodeOptions {
  /** The kind of bare server in baseline.ts, and how long its answers are. */
  readonly kind: string
  readonly answerBytes: number
  readonly load: Load
  /** Asked once beforehand, so that the names are in memory. */
  readonly warm?: readonly Buffer[]
}

const ROUNDS = 2

/** Baseline, node, baseline, node: the better of each, so that one bad moment decides nothing. */
export async function measurePair(options: PairOptions): Promise<Pair> {
  const baselines: Run[] = []
  const nodes: Run[] = []
  for (let round = 0; round < ROUNDS; round++) {
    baselines.push(await measureBaseline(options.kind, options.answerBytes, options.load))
    nodes.push(await measureNode(options, options.load, options.warm))
  }
  return { node: best(nodes), baseline: best(baselines) }
}

export async function measureNode(
  options: NodeOptions, load: Load, warm: readonly Buffer[] = [],
): Promise<Run> {
  return withNode(options, async (ports, server) => {
    await warmUp(ports.native, warm)
    return runLoad(server, () => load(ports, true))
  })
}

/** Asks for every name twice and checks the answers. */
export async function warmUp(port: number, requests: readonly Buffer[]): Promise<void> {
  if (requests.length === 0) return
  await loadTcp({
    port, requests, connections: 4, depth: Math.min(500, requests.length), seconds: 0,
    checked: true, total: 2 * requests.length,
  })
}

/** Runs a load and takes the server's processor time on both sides. */
export async function runLoad(
  server: ServerProcess, load: () => Promise<Measure>,
): Promise<Run> {
  const before = server.cpuSeconds()
  const measure = await load()
  const cpuSeconds = Math.max(0.01, server.cpuSeconds() - before)
  const share = cpuSeconds / measure.seconds
  return { measure, share, perCpuSecond: measure.total / cpuSeconds }
}

async function measureBaseline(kind: string, bytes: number, load: Load): Promise<Run> {
  const { server, ports } = await startBaseline(kind, bytes)
  try {
    return await runLoad(server, () => load(ports, false))
  } finally {
    await server.stop()
  }
}

/** Starts a bare server, which has to be stopped again. @param bytes of its answers */
export async function startBaseline(
  kind: string, bytes: number,
): Promise<{ readonly server: ServerProcess; readonly ports: Ports }> {
  const port = await freePort()
  const server = ServerProcess.start(['bench/baseline.ts', kind, String(port), String(bytes)])
  try {
    await server.untilSays()
    return { server, ports: { native: port, http: port } }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function best(runs: readonly Run[]): Run {
  return runs.reduce((a, b) => (a.perCpuSecond > b.perCpuSecond ? a : b))
}

export function toRow(door: string, { node, baseline }: Pair, target: Row['target']): Row {
  const { measure } = node
  return {
    door,
    perSecond: measure.perSecond,
    baselinePerSecond: baseline.measure.perSecond,
    perCpuSecond: node.perCpuSecond,
    baselinePerCpuSecond: baseline.perCpuSecond,
    p50Ms: measure.p50Ms, p99Ms: measure.p99Ms, p999Ms: measure.p999Ms,
    quantilesMs: measure.quantilesMs,
    baselineQuantilesMs: baseline.measure.quantilesMs,
    serverShare: node.share,
    baselineShare: baseline.share,
    target,
  }
}
