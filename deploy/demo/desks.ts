import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeskApi } from '../../src/client/desk-api.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import type { DemoNode } from './node-process.ts'
import type { DemoUser } from './organisations.ts'

const TIMEOUT_MS = 10_000

/** Uses the desk of a node as somebody whom it does not know yet. */
export function asNobody<T>(node: DemoNode, use: (desk: DeskApi) => Promise<T>): Promise<T> {
  return withDesk(node, null, use)
}

/** Uses the desk of a node as its first administrator. */
export function asAdministrator<T>(
  node: DemoNode, use: (desk: DeskApi) => Promise<T>,
): Promise<T> {
  const text = readFileSync(join(node.dataDir, 'desk-admin.json'), 'utf8')
  const { apiKey } = JSON.parse(text) as { readonly apiKey: string }
  return withDesk(node, apiKey, use)
}

/** Uses the desk of a node as one of its users. */
export async function asUser<T>(
  node: DemoNode, { userName, password }: DemoUser, use: (desk: DeskApi) => Promise<T>,
): Promise<T> {
  const token = await withDesk(node, null, (desk) => desk.logIn(userName, password))
  return withDesk(node, token, use)
}

async function withDesk<T>(
  { http }: DemoNode, secret: string | null, use: (desk: DeskApi) => Promise<T>,
): Promise<T> {
  const origin = `http://${formatHostPort(http)}`
  const desk = new DeskApi({ origin, secret, ca: null, timeoutMs: TIMEOUT_MS })
  try {
    return await use(desk)
  } finally {
    await desk.close()
  }
}
