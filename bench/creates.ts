import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Pool } from 'undici'
import { AdminClient } from '../src/client/admin/admin-client.ts'
import { createSecretProver } from '../src/client/admin/prover.ts'
import { type Identifier, parseIdentifier } from '../src/identifier/identifier.ts'
import { encodeAdminRecord } from '../src/record/admin.ts'
import { formatValue } from '../src/record/value-json.ts'
import { createValue, type HandleValue } from '../src/record/value.ts'
import { encodeValues } from '../src/wire/values.ts'
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

type Create = (name: Identifier) => Promise<void>

/**
 * Durable creates a second, each proven by an administrator, over one native session and over
 * HTTPS; beside bare inserts of the same bytes with the same fsyncs: one a record, or one for as
 * many as are in flight.
 */
export async function* measureCreates(seconds: number): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-creates-'))
  try {
    const dataDir = join(folder, 'data')
    importAdministrator(dataDir)
    for (const inFlight of [1, IN_FLIGHT]) {
      const target = inFlight === 1 ? null : { ratio: TARGET_RATIO }
      for (const door of ['native', 'https'] as const) {
        const baselines = [measureInserts(folder, inFlight, seconds)]
        const { measure, share } = await measureDoor(dataDir, door, inFlight, seconds)
        // On both sides of the run, since a disk's mood changes from second to second.
        baselines.push(measureInserts(folder, inFlight, seconds))
        const what = door === 'native' ? 'one native session' : 'HTTPS'
        yield {
          door: `creates, ${what}, ${inFlight} in flight`,
          perSecond: measure.perSecond,
          baselinePerSecond: (baselines[0] ?? 0) / 2 + (baselines[1] ?? 0) / 2,
          p50Ms: measure.p50Ms, p99Ms: measure.p99Ms, p999Ms: measure.p999Ms,
          serverShare: share,
          target,
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A prefix to create under, and somebody who may. */
function importAdministrator(dataDir: string): void {
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

async function measureDoor(
  dataDir: string, door: 'native' | 'https', inFlight: number, seconds: number,
): Promise<{ measure: Measure; share: number }> {
  const ports = { native: await freePort(), http: await freePort(), https: await freePort() }
  const server = ServerProcess.start([
    'src/cli/main.mjs', 'serve', '--data', dataDir, '--workers', '0',
    ...Object.entries(ports).flatMap(([name, port]) => [`--${name}`, `127.0.0.1:${port}`]),
  ])
  try {
    await server.untilReady(ports.http)
    const { create, close } = door === 'native'
      ? openNative(ports.native)
      : openHttps(ports.https, inFlight)
    const run = `${door}-${inFlight}`
    await load(create, inFlight, seconds / 4, `${run}-warm`)
    const before = server.cpuSeconds()
    const measure = await load(create, inFlight, seconds, run)
    const share = (server.cpuSeconds() - before) / measure.seconds
    await close()
    return { measure, share }
  } finally {
    await server.stop()
  }
}

interface Door {
  readonly create: Create
  readonly close: () => Promise<void>
}

function openNative(port: number): Door {
  const client = new AdminClient({
    server: { host: '127.0.0.1', port },
    prover: createSecretProver(IDENTITY, Buffer.from(SECRET)),
    session: true, serverKey: null, timeoutMs: 30_000, reuseConnection: true,
  })
  return {
    create: async (handle) => {
      const { code, message } = await client.execute({
        kind: 'create', handle, values: VALUES, overwrite: false, mint: false,
      })
      if (code !== 1) throw new WrongAnswerError(`a create had code ${code}: ${message}`)
    },
    close: () => client.close(),
  }
}

function openHttps(port: number, connections: number): Door {
  const pool = new Pool(`https://127.0.0.1:${port}`, {
    connections, connect: { rejectUnauthorized: false },
  })
  const user = encodeURIComponent(`${IDENTITY.index}:${IDENTITY.handle}`)
  const authorization = `Basic ${Buffer.from(`${user}:${SECRET}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const body = JSON.stringify({ values: VALUES.map(formatValue) })
  return {
    create: async (name) => {
      const path = `/api/handles/${name}?overwrite=false`
      const answer = await pool.request({ method: 'PUT', path, headers, body })
      const text = await answer.body.text()
      if (answer.statusCode === 201) return
      throw new WrongAnswerError(`a create had status ${answer.statusCode}: ${text}`)
    },
    close: () => pool.close(),
  }
}

/** Creates as fast as it goes, with so many under way at a time. */
async function load(
  create: Create, inFlight: number, seconds: number, run: string,
): Promise<Measure> {
  const latencies: number[] = []
  const started = performance.now()
  const endsAt = started + seconds * 1000
  let next = 0
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (performance.now() < endsAt) {
      const name = parseIdentifier(`${PREFIX}/${run}-${next++}`)
      if (name === undefined) return
      const askedAt = performance.now()
      await create(name)
      latencies.push(performance.now() - askedAt)
    }
  }))
  return summarise(latencies.length, (performance.now() - started) / 1000, latencies)
}

/** Bare inserts of the same record, `groupSize` in each transaction. @returns records a second */
function measureInserts(folder: string, groupSize: number, seconds: number): number {
  const database = new Database(join(folder, `bare-${performance.now()}.db`))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(`CREATE TABLE records (key TEXT PRIMARY KEY, block BLOB NOT NULL)
    STRICT, WITHOUT ROWID`)
  const insert = database.prepare('INSERT INTO records VALUES (?, ?)')
  const block = encodeValues(VALUES)
  const started = performance.now()
  let done = 0
  const group = database.transaction(() => {
    for (let i = 0; i < groupSize; i++) insert.run(`${PREFIX}/BARE-${done++}`, block)
  })
  while (performance.now() - started < seconds * 1000) group.immediate()
  const perSecond = done / ((performance.now() - started) / 1000)
  database.close()
  return perSecond
}
