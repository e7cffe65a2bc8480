import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { request } from 'undici'
import { type Config, loadConfig } from '../../../src/node/config.ts'
import { startNode } from '../../../src/node/node.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly json: any
}

export interface AskOptions {
  /** Null: nobody. Else the first administrator's key, unless another is given. */
  readonly secret?: string | null
  readonly body?: unknown
  readonly raw?: string | Buffer
  readonly headers?: Record<string, string>
}

/** A whole node in this process, with the desk of a secondary node, 88.118. */
export async function startDesk(t: Test, rest: Partial<Config> = {}) {
  const dataDir = rest.dataDir ?? t.testdir()
  const defaults = loadConfig({
    flags: {
      data: dataDir, http: '127.0.0.1:0', native: '127.0.0.1:0', workers: '0', cache: '16',
      desk: '88.118',
    },
    env: {},
    file: 'no settings file',
  })
  const node = await startNode({ ...defaults, ...rest }, { logger: pino({ level: 'silent' }) })
  t.teardown(() => node.stop())
  const base = `http://127.0.0.1:${node.httpAddress.port}`
  const admin = JSON.parse(readFileSync(join(dataDir, 'desk-admin.json'), 'utf8')) as {
    userName: string; password: string; apiKey: string
  }
  const ask = async (method: string, path: string, options: AskOptions = {}): Promise<Answer> => {
    const { secret = admin.apiKey, body, raw, headers } = options
    const sent = raw ?? (body === undefined ? null : JSON.stringify(body))
    const answer = await request(`${base}${path}`, {
      method: method as 'GET',
      headers: {
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(sent === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: sent,
    })
    const text = await answer.body.text()
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      json = undefined
    }
    return { status: answer.statusCode, headers: answer.headers, text, json }
  }
  return { node, base, dataDir, admin, ask }
}
