import type { Measure } from './measure.ts'
import { freePort, type NodeOptions, type Ports, startNode } from './node-server.ts'
import { type Load, type Pair, type Run, warmUp } from './pair.ts'
import { ServerProcess } from './server-process.ts'

export interface TurnSettings {
  /** The kind of bare server in baseline.ts, and how long its answers are. */
  readonly kind: string
  readonly answerBytes: number
  /** One turn of it. */
  readonly load: Load
  readonly turnCount: number
  /** Asked beforehand, so that the names are in memory. */
  readonly warm: readonly Buffer[]
}

interface Contender {
  readonly server: ServerProcess
  readonly ports: Ports
  readonly checked: boolean
  readonly turns: Turn[]
}

interface Turn {
  readonly measure: Measure
  readonly cpuSeconds: number
}

/**
 * Nodes that are to be told apart by a few per cent: they and the bare server run at the same time,
 * each under load for a moment in its turn, so that what else the machine does befalls all alike.
 */
export async function measureByTurns(
  nodes: readonly NodeOptions[], { kind, answerBytes, load, turnCount, warm }: TurnSettings,
): Promise<Pair[]> {
  const contenders: Contender[] = []
  try {
    contenders.push(await startBare(kind, answerBytes))
    for (const options of nodes) contenders.push(await startContender(options, warm))
    // The first turn is not counted: V8 is still compiling.
    for (let i = 0; i <= turnCount; i++) {
      for (const contender of contenders) {
        const turn = await takeTurn(contender, load)
        if (i > 0) contender.turns.push(turn)
      }
    }
  } finally {
    await Promise.all(contenders.map(({ server }) => server.stop()))
  }
  const [baseline, ...runs] = contenders.map(({ turns }) => sumUp(turns))
  if (baseline === undefined) throw new Error('nothing was measured')
  return runs.map((node) => ({ node, baseline }))
}

async function startBare(kind: string, answerBytes: number): Promise<Contender> {
  const port = await freePort()
  const server = ServerProcess.start(['bench/baseline.ts', kind, String(port), String(answerBytes)])
  await server.untilSays()
  return { server, ports: { native: port, http: port }, checked: false, turns: [] }
}

async function startContender(
  options: NodeOptions, warm: readonly Buffer[],
): Promise<Contender> {
  const ports = { native: await freePort(), http: await freePort() }
  const server = await startNode(options, ports)
  await warmUp(ports.native, warm)
  return { server, ports, checked: true, turns: [] }
}

async function takeTurn({ server, ports, checked }: Contender, load: Load): Promise<Turn> {
  const before = server.cpuSeconds()
  const measure = await load(ports, checked)
  return { measure, cpuSeconds: server.cpuSeconds() - before }
}

/** All turns as one run; its latencies are those of the turn in the middle. */
function sumUp(turns: readonly Turn[]): Run {
  const sum = (of: (turn: Turn) => number): number => turns.reduce((all, one) => all + of(one), 0)
  const total = sum(({ measure }) => measure.total)
  const seconds = sum(({ measure }) => measure.seconds)
  const cpuSeconds = Math.max(0.01, sum((turn) => turn.cpuSeconds))
  const byRate = turns.map(({ measure }) => measure).sort((a, b) => a.perSecond - b.perSecond)
  const middle = byRate[byRate.length >> 1]
  if (middle === undefined) throw new Error('nothing was measured')
  return {
    measure: { ...middle, total, seconds, perSecond: total / seconds },
    share: cpuSeconds / seconds,
    perCpuSecond: total / cpuSeconds,
  }
}
