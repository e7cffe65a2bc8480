import { type Logger, pino } from 'pino'
import type { Test } from 'tap'
import { request } from 'undici'
import type { HandleValue } from '../../src/record/value.ts'
import { type Config, loadConfig } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'
import { putOf } from './store.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly bytes: Buffer
}

export interface AskOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS'
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

export interface HttpSetting {
  readonly node: RunningNode
  /** Asks the node; redirects are not followed. */
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** Puts a record in place and homes nothing. */
  put(name: string, values: readonly HandleValue[]): void
  /** How much a counter grew since the last time it was asked for. */
  counted(name: string): number
}

/** A whole node in this process, with an HTTP door on a free port, that homes 88.118.8. */
export async function startHttp(
  t: Test, rest: Partial<Config> = {}, logger: Logger = pino({ level: 'silent' }),
): Promise<HttpSetting> {
  const defaults = loadConfig({
    flags: {
      data: t.testdir(), http: '127.0.0.1:0', native: '127.0.0.1:0', workers: '0', cache: '16',
    },
    env: {},
    file: 'no settings file',
  })
  const node = await startNode({ ...defaults, ...rest }, { logger })
  t.teardown(() => node.stop())
  node.registry.execute([{ operation: 'home', prefix: '88.118.8' }], 'test')
  const { host, port } = node.httpAddress
  const origin = host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`
  const counts = new Map<string, number>()
  return {
    node,
    ask: async (path, { method = 'GET', headers = {}, body } = {}) => {
      const answer = await request(`${origin}${path}`, { method, headers, body: body ?? null })
      const bytes = Buffer.from(await answer.body.arrayBuffer())
      return {
        status: answer.statusCode, headers: answer.headers, text: bytes.toString('utf8'), bytes,
      }
    },
    put: (name, values) => { node.registry.execute([putOf(name, values)], 'test') },
    counted: (name) => {
      const count = node.counters()[name]
      if (count === undefined) throw new Error(`there is no counter ${name}`)
      const before = counts.get(name) ?? 0
      counts.set(name, count)
      return count - before
    },
  }
}

/** A JSON body as an object. */
export function jsonOf(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.text)
}
