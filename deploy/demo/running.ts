import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { HostPort } from '../../src/lib/host-port.ts'
import { makeDemoFolder } from './folder.ts'
import { type DemoNode, startDemoNode } from './node-process.ts'
import { registerEnterprise, registerSecondary } from './register.ts'
import {
  ENTERPRISE_NODES, ENTERPRISES, type NodePlan, RECURSIVES, SECONDARIES, TOP,
} from './topology.ts'

/** All nodes of the demo, started and registered into each other. */
export interface RunningTopology {
  readonly nodes: readonly DemoNode[]
  readonly top: DemoNode
  readonly recursives: readonly DemoNode[]
  stop(): Promise<void>
}

/** Starts everything, or leaves nothing behind. @throws what stood in the way */
export async function startTopology(signal: AbortSignal): Promise<RunningTopology> {
  const folder = makeDemoFolder()
  const started: DemoNode[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
  const startAll = async (
    plans: readonly NodePlan[], root: HostPort | null,
  ): Promise<DemoNode[]> => {
    const starts = await Promise.allSettled(plans.map(async (plan) => {
      const dataDir = join(folder, plan.prefix)
      const node = await startDemoNode(plan, { dataDir, root }, signal)
      started.push(node)
      return node
    }))
    return starts.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
  }
  try {
    const answering = await startAll([TOP, ...SECONDARIES, ...ENTERPRISE_NODES], null)
    const top = nodeOf(TOP.prefix, answering)
    await register(answering)
    // Only now: what they asked for before it is there, they would remember as absent.
    const recursives = await startAll(RECURSIVES, top.native)
    return { nodes: [...answering, ...recursives], top, recursives, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function register(nodes: readonly DemoNode[]): Promise<void> {
  const top = nodeOf(TOP.prefix, nodes)
  for (const { prefix } of SECONDARIES) await registerSecondary(top, nodeOf(prefix, nodes))
  for (const plan of ENTERPRISES) {
    await registerEnterprise(plan, nodeOf(plan.parent, nodes), nodeOf(plan.node, nodes))
  }
}

function nodeOf(prefix: string, nodes: readonly DemoNode[]): DemoNode {
  const node = nodes.find(({ plan }) => plan.prefix === prefix)
  if (node === undefined) throw new Error(`no node has ${prefix}`)
  return node
}
