import { join } from 'node:path'
import { loadAdminFile } from '../../src/cli/admin/admin-file.ts'
import { AdminClient } from '../../src/client/admin/admin-client.ts'
import { createSecretProver } from '../../src/client/admin/prover.ts'
import { type Identifier, parseIdentifier } from '../../src/identifier/identifier.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import type { Command } from '../../src/record/command.ts'
import { parseSite } from '../../src/record/site-json.ts'
import { encodeSite } from '../../src/record/site.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import { CODE } from '../../src/wire/layout.ts'
import type { DemoNode } from './node-process.ts'
import type { EnterprisePlan } from './topology.ts'

const TIMEOUT_MS = 10_000
/** Short, so that the nodes are seen to ask again. */
const PRODUCT_TTL_SECONDS = 10
const SITE_TTL_SECONDS = 60
/** Away from the indexes that a first administrator's values have. */
const SITE_INDEX = 1
const DERIVED_SITE_INDEX = 2

/** Registers a secondary node with the one above: who has its prefix, and those below it. */
export async function registerSecondary(top: DemoNode, secondary: DemoNode): Promise<void> {
  const site = await siteOf(secondary)
  await administer(top, [create(`0.NA/${secondary.plan.prefix}`, [
    siteValue(SITE_INDEX, 'HS_SITE', site), siteValue(DERIVED_SITE_INDEX, 'HS_SITE.PREFIX', site),
  ])])
}

/** Registers an enterprise with its secondary node, and its products where they live. */
export async function registerEnterprise(
  plan: EnterprisePlan, parent: DemoNode, node: DemoNode,
): Promise<void> {
  const site = siteValue(SITE_INDEX, 'HS_SITE', await siteOf(node))
  await administer(parent, [create(`0.NA/${plan.prefix}`, [site])])
  const homing: Command[] = plan.node === plan.prefix
    ? [] // a node has its own root prefix homed from the start
    : [{ kind: 'home', prefix: plan.prefix }]
  const products = plan.products.map(({ suffix, name }) =>
    create(`${plan.prefix}/${suffix}`, productValues(`${plan.prefix}/${suffix}`, name)))
  await administer(node, [...homing, ...products])
}

/** The values that a product is registered with. */
export function productValues(identifier: string, name: string): HandleValue[] {
  const rest = { ttl: PRODUCT_TTL_SECONDS }
  return [
    createValue(1, 'URL', `https://trace.example.cn/${identifier}`, rest),
    createValue(2, 'PRODUCT', name, rest),
  ]
}

/** @throws Error when `text` is no identifier */
export function identifierOf(text: string): Identifier {
  const identifier = parseIdentifier(text)
  if (identifier === undefined) throw new Error(`${text} is no identifier`)
  return identifier
}

const create = (handle: string, values: readonly HandleValue[]): Command => (
  { kind: 'create', handle: identifierOf(handle), values, overwrite: false, mint: false })

const siteValue = (index: number, type: string, data: Buffer): HandleValue =>
  createValue(index, type, data, { ttl: SITE_TTL_SECONDS })

/** What a node says of itself, less the doors that it does not offer. */
async function siteOf({ plan, http }: DemoNode): Promise<Buffer> {
  const response = await fetch(`http://${formatHostPort(http)}/api/site`)
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null || !('site' in body)) {
    throw new Error(`the node of ${plan.prefix} shows no site`)
  }
  const site = parseSite(body.site, 'site')
  const { offers } = plan
  if (offers === null) return encodeSite(site)
  const servers = site.servers.map((server) => ({
    ...server,
    interfaces: server.interfaces.filter(({ protocol }) => offers.includes(protocol)),
  }))
  return encodeSite({ ...site, servers })
}

/** Has commands done, as the first administrator of a node. @throws when one is refused */
async function administer(node: DemoNode, commands: readonly Command[]): Promise<void> {
  const { handle, secretKeyIndex, secret } = loadAdminFile(join(node.dataDir, 'admin.json'))
  const identity = { handle, index: secretKeyIndex }
  const client = new AdminClient({
    server: node.native, prover: createSecretProver(identity, Buffer.from(secret)),
    session: true, serverKey: null, timeoutMs: TIMEOUT_MS, reuseConnection: true,
  })
  try {
    for (const command of commands) {
      const { code, message } = await client.execute(command)
      if (code === CODE.success) continue
      throw new Error(`${node.plan.prefix}: ${command.kind} was refused, ${code} ${message}`)
    }
  } finally {
    await client.close()
  }
}
