import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { HostPort } from '../../src/lib/host-port.ts'
import { makeDemoFolder } from './folder.ts'
import { type DemoNode, type NodePlace, startDemoNode } from './node-process.ts'
import { registerEnterprise, registerSecondary } from './register.ts'
import { DEMO, type NodePlan, type TopologyPlan } from './topology.ts'

/** All nodes of the demo, started and registered into each other. */
export interface RunningTopology {
  /** As they were started at first. */
  readonly nodes: readonly DemoNode[]
  readonly top: DemoNode
  readonly recursives: readonly DemoNode[]
  /** Starts a node of the plan once more, after it has ended. */
  restart(plan: NodePlan, place: NodePlace): Promise<DemoNode>
  stop(): Promise<void>
}

/** Starts everything, or leaves nothing behind. @throws what stood in the way */
export async function startTopology(
  signal: AbortSignal, plan: TopologyPlan = DEMO,
): Promise<RunningTopology> {
  const folder = makeDemoFolder()
  const started: DemoNode[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
  let deskAbove: HostPort | null = null
  const restart = async (one: NodePlan, place: NodePlace): Promise<DemoNode> => {
    const reports = one.desk && one !== plan.top
    const node = await startDemoNode(
      one, { ...place, deskAbove: reports ? deskAbove : null }, signal)
    started.push(node)
    return node
  }
  const startAll = async (
    plans: readonly NodePlan[], root: HostPort | null,
  ): Promise<DemoNode[]> => {
    const starts = await Promise.allSettled(plans.map((one) =>
      restart(one, { dataDir: join(folder, one.prefix), root })))
    return starts.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
  }
  try {
    const first = await startAll([plan.top, ...plan.enterpriseNodes], null)
    const top = nodeOf(plan.top.prefix, first)
    // Secondary nodes are told where the desk is that they report to.
    deskAbove = top.http
    const secondaries = await startAll(plan.secondaries, null)
    const answering = [top, ...secondaries, ...first.filter((node) => node !== top)]
    await register(plan, answering)
    // Only now: what they asked for before it is there, they would remember as absent.
    const recursives = await startAll(plan.recursives, top.native)
    return { nodes: [...answering, ...recursives], top, recursives, restart, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function register(plan: TopologyPlan, nodes: readonly DemoNode[]): Promise<void> {
  const top = nodeOf(plan.top.prefix, nodes)
  for (const { prefix } of plan.secondaries) await registerSecondary(top, nodeOf(prefix, nodes))
  for (const one of plan.enterprises) {
    await registerEnterprise(one, nodeOf(one.parent, nodes), nodeOf(one.node, nodes))
  }
}

function nodeOf(prefix: string, nodes: readonly DemoNode[]): DemoNode {
  const node = nodes.find(({ plan }) => plan.prefix === prefix)
  if (node === undefined) throw new Error(`no node has ${prefix}`)
  return node
}
