import { drawNames } from './data.ts'
import { encodeRequests } from './doors.ts'
import { loadOffered } from './loads/offered.ts'
import { loadUdp } from './loads/udp.ts'
import { withNode } from './node-server.ts'
import { warmUp } from './pair.ts'
import type { OverloadPoint } from './results.ts'

const HOT_COUNT = 1_000
const REQUEST_COUNT = 100_000
const TIMES_BEST = [0.25, 0.5, 0.75, 1, 1.5, 2, 4, 10]
const REST_MS = 500

/**
 * What UDP answers when more is asked than it can do. The node has a tenth of its core, a
 * neighbour the rest: one load process can't ask ten times what a whole core answers.
 */
export async function measureOverload(dataDir: string, seconds: number): Promise<OverloadPoint[]> {
  const names = drawNames(REQUEST_COUNT, HOT_COUNT, 6)
  const requests = encodeRequests(names)
  return withNode({ dataDir, cache: '64', crowded: true }, async ({ native }) => {
    await warmUp(native, requests.slice(0, HOT_COUNT))
    const closed = { port: native, requests, sockets: 4, window: 16, seconds, checked: true }
    const best = await loadUdp(closed)
    const points: OverloadPoint[] = []
    for (const times of TIMES_BEST) {
      const perSecond = best.perSecond * times
      const seen = await loadOffered({ port: native, requests, perSecond, seconds })
      points.push({
        offeredPerSecond: seen.offeredPerSecond,
        answeredPerSecond: seen.perSecond,
        p50Ms: seen.p50Ms,
        p99Ms: seen.p99Ms,
      })
      // What still waits in the socket belongs to this point, not to the next.
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
    }
    return points
  })
}
