import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { request } from 'undici'
import { keyOf } from '../src/identifier/identifier.ts'
import { drawNames, prepareData } from './data.ts'
import { encodeRequests } from './doors.ts'
import { loadTcp } from './loads/tcp.ts'
import { summarise } from './measure.ts'
import { freePort, withNode } from './node-server.ts'
import { type Load, measureNode, type Run, toRow, warmUp } from './pair.ts'
import type { Row, ScalePoint, StartFigures } from './results.ts'
import { ServerProcess } from './server-process.ts'

/** Bytes that one cached answer of the small products takes, key and index included. */
const CACHED_BYTES = 260
const CACHED_SHARE = 0.01
const DRAWN_COUNT = 1_000_000
const HOT_COUNT = 1_000
const PIPELINED = { connections: 8, depth: 500 }
const LARGE_CACHE = '1024'
const POLL_MS = 5
const START_COUNT = 9

/** Uniformly random names of a large store with hardly any in memory, beside bare gets. */
export async function measureMisses(
  dataDir: string, nameCount: number, seconds: number,
): Promise<Row> {
  const names = drawNames(DRAWN_COUNT, nameCount, 3)
  const requests = encodeRequests(names)
  const load: Load = ({ native }, checked) =>
    loadTcp({ port: native, requests, ...PIPELINED, seconds, checked })
  const cacheBytes = nameCount * CACHED_SHARE * CACHED_BYTES
  const cache = String(Math.max(1, Math.round(cacheBytes / 1_048_576)))
  const node = await measureNode({ dataDir, cache }, load, requests.slice(0, DRAWN_COUNT / 2))
  const baseline = measureBareGets(dataDir, names, seconds)
  const door = `random out of ${nameCount.toLocaleString('en')}, 1 % cached`
  return toRow(door, { node, baseline }, { perSecond: 80_000, ratio: 0.8 })
}

/** The same hot names in stores of growing size: nothing may depend on what is not asked for. */
export async function measureScale(
  folder: string, nameCountMax: number, seconds: number,
): Promise<ScalePoint[]> {
  const requests = encodeRequests(drawNames(HOT_COUNT, HOT_COUNT, 1))
  const load: Load = ({ native }, checked) =>
    loadTcp({ port: native, requests, ...PIPELINED, seconds, checked })
  const counts = [1e4, 1e5, 1e6, 1e7].filter((count) => count <= nameCountMax)
  const runs = new Map<number, Run[]>(counts.map((count) => [count, []]))
  for (let round = 0; round < 2; round++) {
    for (const [identifiers, made] of runs) {
      const dataDir = await prepareData(folder, identifiers)
      made.push(await measureNode({ dataDir, cache: LARGE_CACHE }, load, requests))
    }
  }
  return [...runs].map(([identifiers, made]) => ({
    identifiers,
    perSecond: Math.max(...made.map(({ measure }) => measure.perSecond)),
    perCpuSecond: Math.max(...made.map(({ perCpuSecond }) => perCpuSecond)),
  }))
}

/** Start with default settings, then memory when the cache has been filled from the store. */
export async function measureStart(dataDir: string, nameCount: number): Promise<StartFigures> {
  const empty = mkdtempSync(join(tmpdir(), 'suibiao-start-'))
  try {
    await untilFirstAnswer(empty)
    const bare = await medianStart(empty)
    const full = await medianStart(dataDir)
    const usual = { dataDir, cache: null, workers: null }
    const memory = await withNode(usual, async ({ native }, server) => {
      await warmUp(native, encodeRequests(drawNames(DRAWN_COUNT, nameCount, 5)))
      return server.memoryMebibytes()
    })
    return {
      identifiers: nameCount,
      firstAnswerMs: full.ms, cpuMs: full.cpuMs,
      emptyFirstAnswerMs: bare.ms, emptyCpuMs: bare.cpuMs,
      ownMebibytes: memory.own, residentMebibytes: memory.resident,
    }
  } finally {
    rmSync(empty, { recursive: true, force: true })
  }
}

interface Start {
  readonly ms: number
  readonly cpuMs: number
}

/** The start that is in the middle of several by its time. */
async function medianStart(dataDir: string): Promise<Start> {
  const starts: Start[] = []
  for (let i = 0; i < START_COUNT; i++) starts.push(await untilFirstAnswer(dataDir))
  const ordered = starts.sort((a, b) => a.ms - b.ms)
  return ordered[START_COUNT >> 1] ?? { ms: Number.NaN, cpuMs: Number.NaN }
}

async function untilFirstAnswer(dataDir: string): Promise<Start> {
  const port = await freePort()
  const native = await freePort()
  const started = performance.now()
  const server = ServerProcess.start([
    'src/cli/main.mjs', 'serve', '--data', dataDir,
    '--native', `127.0.0.1:${native}`, '--http', `127.0.0.1:${port}`,
  ], { anyCore: true })
  try {
    for (;;) {
      try {
        const answer = await request(`http://127.0.0.1:${port}/api/handles/88.118.8/P0001`)
        await answer.body.dump()
        return { ms: performance.now() - started, cpuMs: server.cpuSeconds() * 1000 }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    }
  } finally {
    await server.stop()
  }
}

/** Bare prepared gets of the same names from the same file, in this process. */
function measureBareGets(dataDir: string, names: readonly string[], seconds: number): Run {
  const database = new Database(join(dataDir, 'records.db'), { readonly: true })
  const get = database.prepare('SELECT block FROM records WHERE key = ?').pluck()
  const keys = names.map((name) => keyOf(name))
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  let done = 0
  while (performance.now() - started < seconds * 1000) {
    for (let i = 0; i < 1000; i++) get.get(keys[(done + i) % keys.length])
    done += 1000
  }
  const measure = summarise(done, (performance.now() - started) / 1000, [])
  const { user, system } = process.cpuUsage(cpuBefore)
  database.close()
  const cpuSeconds = (user + system) / 1e6
  return { measure, share: cpuSeconds / measure.seconds, perCpuSecond: done / cpuSeconds }
}
