import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool, request } from 'undici'
import { createSecretProver } from '../src/client/admin/prover.ts'
import { encodeAdminRecord } from '../src/record/admin.ts'
import { formatValue } from '../src/record/value-json.ts'
import { createValue, type HandleValue } from '../src/record/value.ts'
import { encodeValues } from '../src/wire/values.ts'
import { openBareStore } from './bare-store.ts'
import { CreatingSession } from './loads/creates.ts'
import { type Measure, summarise, WrongAnswerError } from './measure.ts'
import { freePort } from './node-server.ts'
import type { Row } from './results.ts'
import { ServerProcess } from './server-process.ts'

const IN_FLIGHT = 64
const TARGET_RATIO = 0.5
const PREFIX = '88.1'
const IDENTITY = { handle: '0.NA/88', index: 301 }
const SECRET = 'guards nothing but this bench'
const ADMIN = { permissions: 0xfff, legacyByteLength: false, ...IDENTITY }

/** What is created: a typical record of an enterprise, with its administrator. */
const VALUES: readonly HandleValue[] = [
  createValue(1, 'URL', 'https://trace.enterprise.example/p/000000000001'),
  createValue(2, 'DESC', 'five-axis machining centre, batch 2026-11'),
  createValue(100, 'HS_ADMIN', encodeAdminRecord(ADMIN)),
]

/**
 * Durable creates a second, each proven by an administrator, over one native session and over
 * HTTPS; beside bare SQLite with the same page size, journal and fsyncs, once with the rows that
 * a create leaves (the record and the entry of the change log), as many to a commit as the server
 * was seen to have, and once with a commit and an fsync for each record.
 */
export async function* measureCreates(seconds: number): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-creates-'))
  try {
    const dataDir = join(folder, 'data')
    importAdministrator(dataDir)
    for (const inFlight of [1, IN_FLIGHT]) {
      const target = inFlight === 1 ? null : { ratio: TARGET_RATIO }
      for (const door of ['native', 'https'] as const) {
        const { measure, share, groupSize, baseline } =
          await measureDoor(dataDir, door, inFlight, seconds, (rows) =>
            measureInserts(folder, rows, seconds / 2))
        const what = door === 'native' ? 'one native session' : 'HTTPS'
        const row = (beside: string, of: Inserts): Row => ({
          door: `creates, ${what}, ${inFlight} in flight, beside ${beside}`,
          perSecond: measure.perSecond,
          baselinePerSecond: of.perSecond,
          p50Ms: measure.p50Ms, p99Ms: measure.p99Ms, p999Ms: measure.p999Ms,
          serverShare: share,
          target,
          note: `${micros(share / measure.perSecond)} µs of processor for each, ` +
            `${micros(of.cpuSeconds)} µs bare`,
        })
        if (groupSize > 1) {
          yield row(`the same rows, ${groupSize} to a commit`, baseline.grouped)
        }
        yield row('one record to a commit', baseline.single)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const micros = (seconds: number): string => (seconds * 1e6).toFixed(1)

/** A prefix to create under, and somebody who may. */
export function importAdministrator(dataDir: string): void {
  const secret = createValue(IDENTITY.index, 'HS_SECKEY', SECRET, { permissions: 0b1100 })
  const admin = createValue(100, 'HS_ADMIN', encodeAdminRecord(ADMIN))
  const lines = [
    { handle: IDENTITY.handle, values: [admin, secret] },
    { handle: `0.NA/${PREFIX}`, values: [admin] },
    { handle: `${PREFIX}/FIRST`, values: VALUES },
  ].map(({ handle, values }) => JSON.stringify({ handle, values: values.map(formatValue) }))
  const done = spawnSync(process.execPath, [
    'src/cli/main.mjs', 'import', '-', '--data', dataDir,
  ], { input: lines.join('\n'), stdio: ['pipe', 'ignore', 'inherit'] })
  if (done.status !== 0) throw new Error('the import failed')
}

interface Baselines {
  readonly grouped: Inserts
  readonly single: Inserts
}

async function measureDoor(
  dataDir: string, door: 'native' | 'https', inFlight: number, seconds: number,
  inserts: (rows: number) => Inserts,
): Promise<{ measure: Measure; share: number; groupSize: number; baseline: Baselines }> {
  const ports = { native: await freePort(), http: await freePort(), https: await freePort() }
  const server = ServerProcess.start([
    'src/cli/main.mjs', 'serve', '--data', dataDir, '--workers', '0',
    ...Object.entries(ports).flatMap(([name, port]) => [`--${name}`, `127.0.0.1:${port}`]),
  ])
  try {
    await server.untilReady(ports.http)
    const { load, close } = door === 'native'
      ? await openNative(ports.native)
      : openHttps(ports.https, inFlight)
    const run = `${door}-${inFlight}`
    await load(`${run}-warm`, inFlight, seconds / 2)
    const groupSize = await groupSizeOf(ports.http)
    // On both sides of the run, since a disk's mood changes from second to second.
    const before = [inserts(groupSize), inserts(1)]
    const cpuBefore = server.cpuSeconds()
    const measure = await load(run, inFlight, seconds)
    const share = (server.cpuSeconds() - cpuBefore) / measure.seconds
    const after = [inserts(groupSize), inserts(1)]
    await close()
    const of = (i: number): Inserts => meanOf(before[i], after[i])
    return { measure, share, groupSize, baseline: { grouped: of(0), single: of(1) } }
  } finally {
    await server.stop()
  }
}

/** How many commands have shared a commit so far, on average. */
async function groupSizeOf(httpPort: number): Promise<number> {
  const { body } = await request(`http://127.0.0.1:${httpPort}/metrics`)
  const text = await body.text()
  const of = (name: string): number =>
    Number(new RegExp(`^suibiao_registry_commit_commands_${name} (\\S+)$`, 'm').exec(text)?.[1])
  return Math.max(1, Math.round(of('sum') / of('count')))
}

export interface Door {
  /** Creates as fast as it goes, so many under way at a time, under names that begin with `run`. */
  readonly load: (run: string, inFlight: number, seconds: number) => Promise<Measure>
  readonly close: () => void | Promise<void>
}

export async function openNative(port: number): Promise<Door> {
  const session = await CreatingSession.open(
    port, createSecretProver(IDENTITY, Buffer.from(SECRET)))
  return {
    load: (run, inFlight, seconds) =>
      session.load((i) => `${PREFIX}/${run}-${i}`, VALUES, inFlight, seconds),
    close: () => { session.close() },
  }
}

export function openHttps(port: number, connections: number): Door {
  const pool = new Pool(`https://127.0.0.1:${port}`, {
    connections, connect: { rejectUnauthorized: false },
  })
  const user = encodeURIComponent(`${IDENTITY.index}:${IDENTITY.handle}`)
  const authorization = `Basic ${Buffer.from(`${user}:${SECRET}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const body = JSON.stringify({ values: VALUES.map(formatValue) })
  const create = async (name: string): Promise<void> => {
    const path = `/api/handles/${name}?overwrite=false`
    const answer = await pool.request({ method: 'PUT', path, headers, body })
    const text = await answer.body.text()
    if (answer.statusCode === 201) return
    throw new WrongAnswerError(`a create had status ${answer.statusCode}: ${text}`)
  }
  return {
    load: async (run, inFlight, seconds) => {
      const latencies: number[] = []
      const started = performance.now()
      const endsAt = started + seconds * 1000
      let next = 0
      await Promise.all(Array.from({ length: inFlight }, async () => {
        while (performance.now() < endsAt) {
          const askedAt = performance.now()
          await create(`${PREFIX}/${run}-${next++}`)
          latencies.push(performance.now() - askedAt)
        }
      }))
      return summarise(latencies.length, (performance.now() - started) / 1000, latencies)
    },
    close: () => pool.close(),
  }
}

interface Inserts {
  /** Records a second. */
  readonly perSecond: number
  /** Processor time of one. */
  readonly cpuSeconds: number
}

/**
 * Bare inserts: of the record and its entry in the change log, `groupSize` in each transaction;
 * of the record alone where each has a transaction of its own.
 */
function measureInserts(folder: string, groupSize: number, seconds: number): Inserts {
  const database = openBareStore(join(folder, `bare-${performance.now()}.db`))
  const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?)')
  const append = database.prepare('INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)')
  const block = encodeValues(VALUES)
  const hash = Buffer.alloc(32, 7)
  const actor = `${IDENTITY.index}:${IDENTITY.handle}`
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  let done = 0
  const group = database.transaction(() => {
    for (let i = 0; i < groupSize; i++) {
      const name = `${PREFIX}/native-64-${++done}`
      insert.run(name.toUpperCase(), name, block)
      if (groupSize > 1) append.run(done, Date.now(), actor, 'put', name, block, hash)
    }
  })
  while (performance.now() - started < seconds * 1000) group.immediate()
  const perSecond = done / ((performance.now() - started) / 1000)
  const { user, system } = process.cpuUsage(cpuBefore)
  database.close()
  return { perSecond, cpuSeconds: (user + system) / 1e6 / done }
}

const meanOf = (one?: Inserts, other?: Inserts): Inserts => ({
  perSecond: ((one?.perSecond ?? 0) + (other?.perSecond ?? 0)) / 2,
  cpuSeconds: ((one?.cpuSeconds ?? 0) + (other?.cpuSeconds ?? 0)) / 2,
})
