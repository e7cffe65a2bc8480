import { type ChildProcess, spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import { loadNodeKey } from '../../src/node/node-key.ts'
import { claimAddress } from '../../src/node/ports.ts'
import { organisation } from '../desk/setting.ts'

const MAIN = join(process.cwd(), 'src/cli/main.mjs')
const WAIT_MS_MAX = 20_000
const ROUTE = { endpoints: [{ ip: '192.0.2.7', tcpPort: 2641 }] }

/** A node in a process of its own, which a test may kill. */
class Node {
  readonly #args: readonly string[]
  readonly folder: string
  #child: ChildProcess | null = null
  #base = ''
  #dispatcher = new Agent()

  constructor(t: Test, folder: string, args: readonly string[]) {
    this.folder = folder
    this.#args = args
    t.teardown(async () => {
      await this.end('SIGTERM')
      await this.#dispatcher.close()
    })
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [
      MAIN, 'serve', '--data', this.folder, '--workers', '1', '--cache', '16', '--native',
      '127.0.0.1:0', '--http', '127.0.0.1:0', ...this.#args,
    ], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    for await (const line of createInterface({ input: child.stderr })) {
      const entry = JSON.parse(line) as { msg?: string; http?: { port: number } }
      if (entry.msg !== 'started') continue
      this.#base = `http://127.0.0.1:${entry.http!.port}`
      // Whatever else it says must not fill the pipe.
      child.stderr.resume()
      return
    }
    throw new Error('the node did not start')
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  async call(method: 'GET' | 'POST', path: string, body?: object): Promise<any> {
    const { apiKey } = JSON.parse(readFileSync(join(this.folder, 'desk-admin.json'), 'utf8'))
    const answer = await request(`${this.#base}${path}`, {
      method, dispatcher: this.#dispatcher,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const json = await answer.body.json()
    if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
    return json
  }

  async metric(name: string): Promise<number> {
    const { body } = await request(`${this.#base}/metrics`, { dispatcher: this.#dispatcher })
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await body.text())?.[1])
  }

  /** Takes an enterprise on and gives it a prefix with a route. */
  async enterprise(number: number): Promise<void> {
    const { id } = await this.call('POST', '/v1/organisations', organisation(number))
    const application = await this.call('POST', '/v1/applications', {
      prefix: `88.118.${number}`, organisation: id, route: ROUTE })
    for (let i = 0; i < 2; i++) {
      await this.call('POST', `/v1/applications/${application.id}/actions`, { action: 'approve' })
    }
  }

  /** Waits until the top-level node has so many routes of the secondary one. */
  async hasRoutes(count: number): Promise<any> {
    for (const end = performance.now() + WAIT_MS_MAX; performance.now() < end;) {
      const feed = await this.call('GET', '/v1/feeds/88.118')
      if (feed.routes === count && feed.entities === count) return feed
      await sleep(20)
    }
    throw new Error(`${count} routes did not come in time`)
  }
}

/** A top-level node with HTTPS on a fixed port, and a secondary node that reports to it. */
async function startBoth(t: Test): Promise<{ top: Node; below: Node }> {
  const folder = t.testdir({ top: {}, below: {} })
  const { port } = await claimAddress({ host: '127.0.0.1', port: 0 }, false)
  const top = new Node(t, `${folder}/top`, ['--desk', '88', '--https', `127.0.0.1:${port}`])
  await top.start()
  const key = createPublicKey(await loadNodeKey(`${folder}/below`))
  const holder = await top.call('POST', '/v1/organisations', organisation(9_000))
  const { id } = await top.call('POST', '/v1/applications', {
    prefix: '88.118', organisation: holder.id,
    publicKey: key.export({ type: 'spki', format: 'pem' }),
  })
  await top.call('POST', `/v1/applications/${id}/actions`, { action: 'approve' })
  const below = new Node(t, `${folder}/below`, [
    '--desk', '88.118', '--upstream-desk', `https://localhost:${port}`,
    '--upstream-ca', `${folder}/top/tls-cert.pem`,
  ])
  await below.start()
  return { top, below }
}

t.test('two nodes over TLS: at once, and nothing lost whoever is away or killed', async (t) => {
  const { top, below } = await startBoth(t)
  await below.enterprise(1)
  t.match(await top.hasRoutes(1), { late: false, lastError: null, ageSeconds: 0 })
  t.match((await top.call('GET', '/v1/feeds/88.118/items?kind=route')).items,
    [{ prefix: '88.118.1', route: ROUTE, state: 'enabled' }])
  const outbox = await below.call('GET', '/v1/outbox')
  t.match(outbox, { waiting: 0, lastError: null })
  t.match(outbox.upstream, /^https:\/\/localhost:/)

  await top.end('SIGKILL')
  await below.enterprise(2)
  await sleep(1_200)
  t.equal(await below.metric('suibiao_desk_outbox_changes'), 2)
  t.ok(await below.metric('suibiao_desk_outbox_oldest_seconds') > 0)
  t.match(await below.call('GET', '/v1/outbox'), {
    waiting: 2, lastError: { message: /can't be reached \(ECONNREFUSED\)/ } })
  // Committed, and not sent: the node above is away.
  await below.end('SIGKILL')
  await top.start()
  t.match(await top.call('GET', '/v1/feeds/88.118'), { routes: 1, entities: 1 })
  await below.start()
  t.match(await top.hasRoutes(2), { lastError: null })

  await top.end('SIGTERM')
  await below.enterprise(3)
  await top.start()
  await top.hasRoutes(3)
  t.match(await below.call('GET', '/v1/outbox'), { waiting: 0, lastError: null })
})
