import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import { formatCreditCode } from '../src/desk/credit-code.ts'
import { insertRegistrations, lineAt } from './register-baseline.ts'
import type { Row } from './results.ts'
import { onAllCores } from './server-process.ts'

const TARGET = { perSecond: 30_000, ratio: 0.4 }
const ENTERPRISE = { userName: 'enterprise', password: 'Guangzhou-2026' }
/** Identifiers of one batchCreate, the most that it takes. */
const BATCH_ROWS = 2_000
const LINES_PER_CHUNK = 500
const PREPARED_MAX = 1_000_000
const BARE_COUNT_MAX = 500_000

/**
 * Bulk registration by one stream through a whole node, beside a bare insert of the records into
 * the same kind of table, in transactions of the same size; the note has what the node comes to
 * beside a bare insert of all the rows that it writes.
 */
export async function measureRegister(count: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-register-'))
  const node = await startNode(join(folder, 'data'))
  try {
    const secret = await joinNode(node)
    // Made beforehand as far as memory goes, so that the load costs the node no core.
    const chunks = count <= PREPARED_MAX ? [...makeChunks(count)] : makeChunks(count)
    const memory = watchMemory(node.process.pid ?? 0)
    const started = performance.now()
    await stream(node.base, secret, chunks, count)
    const seconds = (performance.now() - started) / 1000
    const { early, last } = memory.stop()
    const perSecond = count / seconds
    const bareCount = Math.min(count, BARE_COUNT_MAX)
    const records = insertRegistrations(join(folder, 'records.db'), bareCount, 'records')
    const both = insertRegistrations(join(folder, 'both.db'), bareCount, 'records and log')
    const beside = `${(perSecond / both).toFixed(2)} of ${Math.round(both).toLocaleString('en')}/s`
    return {
      door: `registration of ${count.toLocaleString('en')} by one stream`,
      perSecond,
      baselinePerSecond: records,
      p50Ms: null, p99Ms: null, p999Ms: null,
      serverShare: null,
      target: TARGET,
      note: `${beside}, a bare insert of record and log entry; `
        + `own memory ${early} MiB in its second fifth, ${last} MiB in its last`,
    }
  } finally {
    await stopNode(node, folder)
  }
}

async function stopNode(node: Node, folder: string): Promise<void> {
  const exit = once(node.process, 'exit')
  node.process.kill('SIGTERM')
  await exit
  rmSync(folder, { recursive: true, force: true })
}

/** One `batchCreate` of the SNMS interface after another, each of 2,000 identifiers. */
export async function measureBatchCreate(calls: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-batch-'))
  const node = await startNode(join(folder, 'data'))
  try {
    const secret = await joinNode(node)
    await call(node.base, '/snms/api/v5/template', secret, {
      prefix: '88.118.8', version: '1.0', type: 2, items: [{
        name: '名称', idType: 'NAME', idIndex: 2000, metadata: { minLength: 0, maxLength: 100 } }],
    })
    const times: number[] = []
    const started = performance.now()
    for (let i = 0; i < calls; i++) {
      const at = performance.now()
      await call(node.base, '/identityv2/data/batchCreate', secret, batchAt(i))
      times.push(performance.now() - at)
    }
    const seconds = (performance.now() - started) / 1000
    times.sort((a, b) => a - b)
    const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0
    return {
      door: 'batchCreate of 2,000 identifiers', perSecond: calls * BATCH_ROWS / seconds,
      baselinePerSecond: null, p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: null,
      serverShare: null, target: null, note: 'published figure of a platform: 2,000 ms',
    }
  } finally {
    await stopNode(node, folder)
  }
}

function batchAt(i: number): object[] {
  return Array.from({ length: BATCH_ROWS }, (_unused, row) => ({
    handle: `88.118.8/B${String(i * BATCH_ROWS + row).padStart(9, '0')}`, templateVersion: '1.0',
    value: [{ index: 2000, type: 'NAME', data: { format: 'string', value: `电机 ${row}` } }],
  }))
}

interface Node {
  readonly process: ChildProcess
  readonly base: string
  readonly adminKey: string
}

async function startNode(dataDir: string): Promise<Node> {
  const port = await findPort()
  // Two threads of it are at work, one at the door and one that writes.
  const [command = '', ...args] = onAllCores([
    process.execPath, 'src/cli/main.mjs', 'serve', '--data', dataDir, '--desk', '88.118',
    '--workers', '1', '--http', `127.0.0.1:${port}`, '--native', '127.0.0.1:0',
  ])
  const child = spawn(command, args, { stdio: 'ignore' })
  const base = `http://127.0.0.1:${port}`
  for (let i = 0; i < 300; i++) {
    const ready = await request(`${base}/readyz`).then(async ({ statusCode, body }) => {
      await body.dump()
      return statusCode === 200
    }, () => false)
    if (ready) {
      const file = readFileSync(join(dataDir, 'desk-admin.json'), 'utf8')
      const { apiKey } = JSON.parse(file) as { apiKey: string }
      return { process: child, base, adminKey: apiKey }
    }
    await delay(100)
  }
  child.kill('SIGKILL')
  throw new Error('the node was not ready in time')
}

/** Applies for a prefix, has it approved and hosted. @returns a token to register with */
async function joinNode({ base, adminKey }: Node): Promise<string> {
  const { application } = await call(base, '/v1/registrations', null, {
    organisation: organisation(), user: ENTERPRISE, application: { prefix: '88.118.8' },
  })
  const { token } = await call(base, '/v1/sessions', null, ENTERPRISE)
  const actions = `/v1/applications/${application.id}/actions`
  await call(base, actions, adminKey, { action: 'approve' })
  await call(base, actions, adminKey, { action: 'approve' })
  await call(base, '/v1/prefixes/88.118.8/hosting', token, { action: 'request' })
  await call(base, '/v1/prefixes/88.118.8/hosting', adminKey, { action: 'approve' })
  return token
}

async function call(
  base: string, path: string, secret: string | null, body: object,
): Promise<{ readonly token: string; readonly application: { readonly id: string } }> {
  const answer = await request(`${base}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
    },
    body: JSON.stringify(body),
  })
  const text = await answer.body.text()
  if (answer.statusCode >= 300) throw new Error(`${path}: ${text}`)
  return JSON.parse(text) as { token: string; application: { id: string } }
}

function organisation(): object {
  const person = { name: '测试', mobile: '13800000000', email: 'test@example.cn' }
  return {
    name: '测试企业（虚构）', nature: 'private-holding', industry: 'C35',
    address: { province: '440000', city: '440100', district: '440106', detail: '某路 1 号' },
    certificate: { type: 'credit-code', number: formatCreditCode('440106', 1) },
    legalPerson: { ...person, idType: 'other', idNumber: '0' },
    contact: person,
  }
}

function* makeChunks(count: number): Generator<Buffer> {
  for (let at = 0; at < count; at += LINES_PER_CHUNK) {
    const length = Math.min(LINES_PER_CHUNK, count - at)
    yield Buffer.from(Array.from({ length }, (_unused, i) => `${lineAt(at + i)}\n`).join(''))
  }
}

async function stream(
  base: string, secret: string, chunks: Iterable<Buffer>, count: number,
): Promise<void> {
  const answer = await request(`${base}/v1/identifiers/stream?results=failed`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${secret}` },
    body: Readable.from(chunks),
    headersTimeout: 0, bodyTimeout: 0,
  })
  const text = await answer.body.text()
  if (!text.includes(`"created":${count},`)) throw new Error(text.slice(0, 500))
}

/**
 * Watches what memory a process has of its own, in MiB, at most in the second and in the last
 * fifth of the time: in the first one SQLite's page cache fills.
 */
function watchMemory(pid: number): { stop(): { early: number; last: number } } {
  const seen: number[] = []
  const timer = setInterval(() => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    seen.push(Math.round(Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024))
  }, 500)
  return {
    stop: () => {
      clearInterval(timer)
      const fifth = Math.ceil(seen.length / 5)
      const most = (start: number, end?: number): number =>
        Math.max(0, ...seen.slice(start, end))
      return { early: most(fifth, 2 * fifth), last: most(-fifth) }
    },
  }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port')
  return address.port
}
