import { setTimeout as pause } from 'node:timers/promises'
import type { DemoNode } from '../../deploy/demo/node-process.ts'
import { identifierOf } from '../../deploy/demo/register.ts'
import type { TopologyPlan } from '../../deploy/demo/topology.ts'
import { fetchRecord } from '../../src/client/resolve.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'

const PROBE_INTERVAL_MS = 50
const PROBE_TIMEOUT_MS = 5_000
const STALE_ANSWERS = /^suibiao_resolver_stale_answers_total(?:\{.*\})? (\d+)/gm

/**
 * Waits until a node's answers come through each recursive node again: that a name which nobody
 * has asked for is absent, only the node itself can have said.
 * @returns how long it took, in milliseconds; Infinity when it took longer than `withinMs`
 */
export async function untilRecovered(
  prefix: string, plan: TopologyPlan, through: readonly DemoNode[], withinMs: number,
): Promise<number> {
  const startedMs = performance.now()
  const tookMs = await Promise.all(through.map(async ({ native }) => {
    for (let round = 0; performance.now() - startedMs < withinMs; round++) {
      const name = identifierOf(unknownName(prefix, plan, `${native.port}-${round}`))
      const fetched = await fetchRecord(name, {
        server: native, transport: 'tcp', types: [], indexes: [], timeoutMs: PROBE_TIMEOUT_MS,
      })
      if (fetched.kind === 'absent') return performance.now() - startedMs
      await pause(PROBE_INTERVAL_MS)
    }
    return Number.POSITIVE_INFINITY
  }))
  return Math.max(...tookMs)
}

/** A name of which only one node can say that it does not exist. */
function unknownName(prefix: string, plan: TopologyPlan, mark: string): string {
  const isAbove = [plan.top, ...plan.secondaries].some((node) => node.prefix === prefix)
  // Of a node with prefixes below it: a prefix that it has given to nobody.
  if (isAbove) return `${prefix}.X${mark}-${Date.now()}/X`
  const isRecursive = plan.recursives.some((node) => node.prefix === prefix)
  const [first] = plan.enterprises
  return `${isRecursive ? first?.prefix ?? '' : prefix}/PROBE-${mark}-${Date.now()}`
}

/** Answers that recursive nodes have given stale since they started; 0 of one that is gone. */
export async function readStaleCount(recursives: readonly DemoNode[]): Promise<number> {
  const counts = await Promise.all(recursives.map(async ({ http }) => {
    try {
      const response = await fetch(`http://${formatHostPort(http)}/metrics`)
      const matches = (await response.text()).matchAll(STALE_ANSWERS)
      return [...matches].reduce((sum, [, count]) => sum + Number(count), 0)
    } catch {
      return 0
    }
  }))
  return counts.reduce((sum, count) => sum + count, 0)
}
