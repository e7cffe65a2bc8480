import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import { drawNames } from './data.ts'
import { loadOfferedHttp } from './loads/offered-http.ts'
import { percentile } from './measure.ts'
import { withNode } from './node-server.ts'
import type { OverloadPoint } from './results.ts'

const REQUEST_COUNT = 500
const NAME_COUNT = 1_000
/** So many that one load process can ask ten times what a core answers. */
const BATCH_SIZE = 100
const TIMES_BEST = [0.5, 1, 2, 4, 10]
/** Asked with so many connections at a time, the node does what it can. */
const USUAL_CONNECTIONS = 32
const CONNECTIONS_MAX = 1_000
const WARM_UP_SECONDS = 1
const CALM_MS = 1_000
const WATCH_EVERY_MS = 50

/**
 * What HTTP answers when more is asked than it can do, in batches of a hundred identifiers as
 * JSON. Meanwhile someone watches the node and someone makes changes, which are never refused.
 */
export async function measureHttpOverload(
  dataDir: string, seconds: number,
): Promise<OverloadPoint[]> {
  const requests = Array.from({ length: REQUEST_COUNT }, (_unused, i) =>
    encodeBatch(drawNames(BATCH_SIZE, NAME_COUNT, i)))
  return withNode({ dataDir, cache: '64' }, async ({ http: port }, server) => {
    const load = { port, requests, connectionsMax: CONNECTIONS_MAX, seconds }
    const usual = { ...load, connectionsMax: USUAL_CONNECTIONS, perSecond: Infinity }
    await loadOfferedHttp({ ...usual, seconds: WARM_UP_SECONDS })
    const best = await loadOfferedHttp(usual)
    const points: OverloadPoint[] = []
    for (const times of TIMES_BEST) {
      const watcher = watch(port)
      const cpuBefore = server.cpuSeconds()
      const seen = await loadOfferedHttp({ ...load, perSecond: best.perSecond * times })
      const cpuSeconds = server.cpuSeconds() - cpuBefore
      const watched = await watcher.stop()
      points.push({
        offeredPerSecond: seen.offeredPerSecond,
        answeredPerSecond: seen.perSecond,
        answeredPerCpuSecond: (seen.perSecond * seen.seconds) / cpuSeconds,
        refusedPerSecond: seen.refusedPerSecond,
        p50Ms: seen.p50Ms,
        p99Ms: seen.p99Ms,
        ...watched,
      })
      await delay(CALM_MS)
    }
    return points
  })
}

/** One request that asks for many names. */
export function encodeBatch(handles: readonly string[]): string {
  const body = JSON.stringify({ handles })
  return 'POST /v1/resolve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'
    + `Content-Length: ${body.length}\r\n\r\n${body}`
}

/** Asks for the node's health and to change something, in turn, until it is told to stop. */
function watch(port: number): {
  stop(): Promise<{ readonly watchedP99Ms: number; readonly watchedRefused: number }>
} {
  const latencies: number[] = []
  let refused = 0
  const stopped = new AbortController()
  const ask = async (method: 'GET' | 'DELETE', path: string): Promise<void> => {
    const askedAt = performance.now()
    // On a connection of its own each time, so that it has to get in as well.
    const answer = await request(`http://127.0.0.1:${port}${path}`, { method, reset: true })
    await answer.body.dump()
    latencies.push(performance.now() - askedAt)
    if (answer.statusCode === 503) refused++
  }
  const done = (async () => {
    while (!stopped.signal.aborted) {
      await ask('GET', '/readyz')
      await ask('DELETE', '/api/handles/88.118.8/NONE')
      await delay(WATCH_EVERY_MS)
    }
  })()
  return {
    stop: async () => {
      stopped.abort()
      await done
      latencies.sort((a, b) => a - b)
      return { watchedP99Ms: percentile(latencies, 0.99), watchedRefused: refused }
    },
  }
}
