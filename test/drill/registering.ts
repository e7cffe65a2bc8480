import { administer } from '../../deploy/demo/administer.ts'
import type { DemoNode } from '../../deploy/demo/node-process.ts'
import { identifierOf } from '../../deploy/demo/register.ts'
import type { EnterprisePlan } from '../../deploy/demo/topology.ts'
import { fetchRecord } from '../../src/client/resolve.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { parseSite } from '../../src/record/site-json.ts'
import { decodeSite, encodeSite, type Site } from '../../src/record/site.ts'
import type { HandleValue } from '../../src/record/value.ts'
import { productOf, valuesOf } from './names.ts'

const TIMEOUT_MS = 10_000

/** Registers products of an enterprise with the node that answers for it. */
export async function registerProducts(
  enterprise: EnterprisePlan, node: DemoNode, count: number, ttlSeconds: number,
): Promise<void> {
  await administer(node, Array.from({ length: count }, (_, number) => {
    const product = productOf(enterprise, number)
    const values = valuesOf(product, ttlSeconds)
    return { kind: 'create', handle: product.identifier, values, overwrite: false, mint: false }
  }))
}

/** Gives the sites in a prefix's record another TTL, so that a drill sees it end. */
export async function shortenSites(
  parent: DemoNode, prefix: string, ttlSeconds: number,
): Promise<void> {
  await modifySites(parent, prefix, (value) => ({ ...value, ttl: ttlSeconds }))
}

/** Has the record of a prefix, kept by `parent`, say that its node is elsewhere now. */
export async function moveSite(
  parent: DemoNode, prefix: string, node: DemoNode,
): Promise<void> {
  const there = await fetchSite(node)
  await modifySites(parent, prefix, (value) => {
    const offered = new Set(decodeSite(value.data).servers
      .flatMap(({ interfaces }) => interfaces.map(({ protocol }) => protocol)))
    const servers = there.servers.map((server) => ({
      ...server, interfaces: server.interfaces.filter(({ protocol }) => offered.has(protocol)),
    }))
    return { ...value, data: encodeSite({ ...there, servers }) }
  })
}

async function modifySites(
  parent: DemoNode, prefix: string, change: (value: HandleValue) => HandleValue,
): Promise<void> {
  const handle = identifierOf(`0.NA/${prefix}`)
  const record = await fetchRecord(handle, {
    server: parent.native, transport: 'tcp', timeoutMs: TIMEOUT_MS,
    types: ['HS_SITE', 'HS_SITE.PREFIX'], indexes: [],
  })
  if (record.kind !== 'found') throw new Error(`${handle} is ${record.kind} with its parent`)
  await administer(parent, [{ kind: 'modify', handle, values: record.values.map(change) }])
}

async function fetchSite({ plan, http }: DemoNode): Promise<Site> {
  const response = await fetch(`http://${formatHostPort(http)}/api/site`)
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null || !('site' in body)) {
    throw new Error(`the node of ${plan.prefix} shows no site`)
  }
  return parseSite(body.site, 'site')
}
