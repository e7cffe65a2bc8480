import { freePorts, type NodeOptions, type Ports, startNode } from './node-server.ts'
import { type Load, type Pair, type Run, runLoad, startBaseline, warmUp } from './pair.ts'
import type { ServerProcess } from './server-process.ts'

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
  readonly turns: Run[]
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
    contenders.push({ ...await startBaseline(kind, answerBytes), checked: false, turns: [] })
    for (const options of nodes) {
      const ports = await freePorts()
      contenders.push({ server: await startNode(options, ports), ports, checked: true, turns: [] })
      await warmUp(ports.native, warm)
    }
    // The first turn is not counted: V8 is still compiling.
    for (let i = 0; i <= turnCount; i++) {
      for (const { server, ports, checked, turns } of contenders) {
        const turn = await runLoad(server, () => load(ports, checked))
        if (i > 0) turns.push(turn)
      }
    }
  } finally {
    await Promise.all(contenders.map(({ server }) => server.stop()))
  }
  const [baseline, ...runs] = contenders.map(({ turns }) => sumUp(turns))
  if (baseline === undefined) throw new Error('nothing was measured')
  return runs.map((node) => ({ node, baseline }))
}

/** All turns as one run; its latencies are those of the turn in the middle. */
function sumUp(turns: readonly Run[]): Run {
  const sum = (of: (turn: Run) => number): number => turns.reduce((all, one) => all + of(one), 0)
  const total = sum(({ measure }) => measure.total)
  const seconds = sum(({ measure }) => measure.seconds)
  const cpuSeconds = sum(({ measure, share }) => share * measure.seconds)
  const byRate = turns.map(({ measure }) => measure).sort((a, b) => a.perSecond - b.perSecond)
  const middle = byRate[byRate.length >> 1]
  if (middle === undefined) throw new Error('nothing was measured')
  return {
    measure: { ...middle, total, seconds, perSecond: total / seconds },
    share: cpuSeconds / seconds,
    perCpuSecond: total / cpuSeconds,
  }
}
