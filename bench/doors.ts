import { request } from 'undici'
import { drawNames } from './data.ts'
import { loadBatch } from './loads/batch.ts'
import { loadHttp, loadHttpRaw } from './loads/http.ts'
import { loadTcp } from './loads/tcp.ts'
import { loadUdp } from './loads/udp.ts'
import { withNode } from './node-server.ts'
import { type Load, measurePair, type Pair, toRow } from './pair.ts'
import type { Row } from './results.ts'
import { encodeBenchRequest } from './requests.ts'

const HOT_COUNT = 1_000
const CACHED_COUNT = 1_000_000
const BATCH_SIZE = 1_000
const DAY_RESOLUTIONS = 3_000_000
const LARGE_CACHE = '1024'
const SMALL_CACHE = '16'
const PIPELINED = { connections: 8, depth: 500 }

export interface DoorOptions {
  readonly dataDir: string
  readonly nameCount: number
  readonly seconds: number
  readonly wants: (door: string) => boolean
}

/** Measures each door on hot names, and TCP on many, the node and its bare baseline in turn. */
export async function* measureDoors(options: DoorOptions): AsyncGenerator<Row> {
  const { dataDir, nameCount, seconds, wants } = options
  const hot = drawNames(HOT_COUNT, HOT_COUNT, 1)
  const requests = encodeRequests(hot)
  const paths = hot.map((name) => `/api/handles/${name}`)
  const sample = await answerSizes(dataDir, hot[0] ?? '')
  const pair = (
    kind: string, answerBytes: number, load: Load, warm: readonly Buffer[] = requests,
  ): Promise<Pair> =>
    measurePair({ dataDir, cache: LARGE_CACHE, kind, answerBytes, load, warm })

  if (wants('http')) {
    const raw: Load = ({ http }) => loadHttpRaw({ port: http, paths, connections: 32, seconds })
    yield toRow('HTTP GET, keep-alive', await pair('http', sample.http, raw), { ratio: 1 })
    const cannon: Load = ({ http }) => loadHttp({ port: http, paths, connections: 32, seconds })
    yield toRow('HTTP GET, autocannon', await pair('http', sample.http, cannon), { ratio: 0.8 })
  }
  if (wants('udp')) {
    const udp: Load = ({ native }, checked) =>
      loadUdp({ port: native, requests, sockets: 4, window: 32, seconds, checked })
    yield toRow('UDP', await pair('udp', sample.native, udp), { ratio: 0.95 })
  }
  const tcp = (asked: readonly Buffer[], connections: number, depth: number): Load =>
    ({ native }, checked) =>
      loadTcp({ port: native, requests: asked, connections, depth, seconds, checked })
  if (wants('tcp')) {
    const measured = await pair('tcp', sample.native, tcp(requests, 32, 1))
    yield toRow('TCP, 1 in flight × 32', measured, { ratio: 0.9 })
  }
  if (wants('pipelined')) {
    const load = tcp(requests, PIPELINED.connections, PIPELINED.depth)
    const measured = await pair('tcp', sample.native, load)
    yield toRow('TCP pipelined, hot names', measured, { perSecond: 800_000 })
  }
  if (wants('cached')) {
    const count = Math.min(CACHED_COUNT, nameCount)
    const many = encodeRequests(drawNames(CACHED_COUNT, count, 2))
    const load = tcp(many, PIPELINED.connections, PIPELINED.depth)
    const door = `TCP pipelined, ${count.toLocaleString('en')} names, all cached`
    yield toRow(door, await pair('tcp', sample.native, load, many), { perSecond: 300_000 })
  }
  if (wants('day')) {
    const load: Load = ({ native }, checked) => loadTcp({
      port: native, requests, ...PIPELINED, seconds, checked, total: DAY_RESOLUTIONS,
    })
    const measured = await pair('tcp', sample.native, load)
    const note = `3,000,000 in ${measured.node.measure.seconds.toFixed(1)} s`
    yield { ...toRow('a day: 3,000,000, TCP pipelined, hot', measured, null), note }
  }
  if (wants('batch')) {
    const names = drawNames(100 * BATCH_SIZE, Math.min(100 * BATCH_SIZE, nameCount), 4)
    const load: Load = ({ http }) =>
      loadBatch({ port: http, names, size: BATCH_SIZE, connections: 4, seconds })
    const bytes = sample.native * BATCH_SIZE
    const measured = await pair('batch', bytes, load, encodeRequests(names))
    yield toRow('batch of 1,000, protobuf over HTTP', measured, { perSecond: 400_000 })
  }
}

export function encodeRequests(names: readonly string[]): Buffer[] {
  return names.map((name, i) => encodeBenchRequest(name, i + 1))
}

/** How long the node's answers are, so that a baseline answers with as much. */
async function answerSizes(
  dataDir: string, name: string,
): Promise<{ native: number; http: number }> {
  return withNode({ dataDir, cache: SMALL_CACHE }, async ({ http }) => {
    const body = await request(`http://127.0.0.1:${http}/api/handles/${name}`)
      .then((answer) => answer.body.text())
    const tunnelled = await request(`http://127.0.0.1:${http}/${name}`, {
      method: 'POST',
      headers: {
        accept: 'application/x-hdl-message', 'content-type': 'application/x-hdl-message',
      },
      body: encodeBenchRequest(name, 1),
    }).then((answer) => answer.body.arrayBuffer())
    return { native: tunnelled.byteLength, http: Buffer.byteLength(body) }
  })
}
