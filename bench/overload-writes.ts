import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import { type Door, importAdministrator, openHttps, openNative } from './creates.ts'
import { drawNames } from './data.ts'
import { loadOfferedHttp, type OfferedHttpLoad } from './loads/offered-http.ts'
import { type Measure, summarise } from './measure.ts'
import { freePort, withNode } from './node-server.ts'
import { encodeBatch } from './overload-http.ts'
import type { Row } from './results.ts'

const TIMES_BEST = 10
const REQUEST_COUNT = 500
const NAME_COUNT = 1_000
const BATCH_SIZE = 100
const CONNECTIONS_MAX = 1_000
const USUAL_CONNECTIONS = 32
/** Begins before the creates and ends after them. */
const MARGIN_SECONDS = 3
const WATCH_EVERY_MS = 50

/**
 * Creates, one after the other, while ten times as much is asked over HTTP as one thread can do:
 * over a native session and over an HTTPS connection that were open before. And health checks
 * meanwhile, each on a new connection to the address that is for them.
 */
export async function* measureWritesUnderFlood(seconds: number): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-flood-'))
  try {
    const dataDir = join(folder, 'data')
    importAdministrator(dataDir)
    for (const kind of ['native', 'https'] as const) {
      yield* measureDoor(dataDir, kind, seconds)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function* measureDoor(
  dataDir: string, kind: 'native' | 'https', seconds: number,
): AsyncGenerator<Row> {
  const [https, metrics] = [await freePort(), await freePort()]
  const more = ['--https', `127.0.0.1:${https}`, '--metrics', `127.0.0.1:${metrics}`]
  const run = await withNode({ dataDir, cache: '64', more }, async ({ native, http: port }) => {
    const door = kind === 'native' ? await openNative(native) : openHttps(https, 1)
    const requests = Array.from({ length: REQUEST_COUNT }, (_unused, i) =>
      encodeBatch(drawNames(BATCH_SIZE, NAME_COUNT, i)))
    const load = { port, requests, connectionsMax: USUAL_CONNECTIONS, seconds }
    const best = await loadOfferedHttp({ ...load, perSecond: Infinity })
    const flood = {
      ...load, connectionsMax: CONNECTIONS_MAX, perSecond: best.perSecond * TIMES_BEST,
    }
    return runFlood(flood, door, kind, metrics)
  })
  const over = kind === 'native' ? 'a native session' : 'HTTPS'
  const shared = { baselinePerSecond: null, serverShare: null, target: null }
  const { creates, checks } = run
  yield {
    ...shared, ...creates, door: `creates over ${over}, 1 in flight, HTTP asked ten times too much`,
  }
  yield { ...shared, ...checks, door: 'health checks at --metrics meanwhile, each anew' }
}

async function runFlood(
  flood: OfferedHttpLoad, door: Door, run: string, metricsPort: number,
): Promise<{ readonly creates: Measure; readonly checks: Measure }> {
  const { seconds } = flood
  await door.load(`${run}-warm`, 1, 0.1)
  const flooding = loadOfferedHttp({ ...flood, seconds: seconds + 2 * MARGIN_SECONDS })
  // Prepares its requests before it returns; a check under way would be kept waiting by that.
  const creating = door.load(run, 1, seconds)
  const latencies: number[] = []
  const watched = { over: false }
  const watching = (async () => {
    while (!watched.over) {
      const askedAt = performance.now()
      const answer = await request(`http://127.0.0.1:${metricsPort}/readyz`, { reset: true })
      await answer.body.dump()
      latencies.push(performance.now() - askedAt)
      await delay(WATCH_EVERY_MS)
    }
  })()
  const creates = await creating
  watched.over = true
  await watching
  await flooding
  await door.close()
  return { creates, checks: summarise(latencies.length, seconds, latencies) }
}
