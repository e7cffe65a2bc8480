import { Readable } from 'node:stream'
import type { DeskApi } from '../../src/client/desk-api.ts'
import { type Identifier, parseIdentifier } from '../../src/identifier/identifier.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import { administer } from './administer.ts'
import { asAdministrator, asNobody, asUser } from './desks.ts'
import type { DemoNode } from './node-process.ts'
import { organisationOf, userOf } from './organisations.ts'
import type { EnterprisePlan } from './topology.ts'

/** Short, so that the nodes are seen to ask again. */
const PRODUCT_TTL_SECONDS = 10

/**
 * Registers a secondary node with the one above: it applies for its prefix with the key that it
 * signs its reports with, the top-level node approves, and it says where it answers.
 */
export async function registerSecondary(top: DemoNode, secondary: DemoNode): Promise<void> {
  const { prefix } = secondary.plan
  const { publicKey } = await asAdministrator(secondary, (desk) => desk.fetchOutbox())
  await apply(prefix, top, { publicKey }, 1)
  await asUser(top, userOf(prefix), (desk) => setRoute(desk, prefix, secondary))
}

/**
 * Registers an enterprise with its secondary node, and its products where they live. It is
 * reviewed twice; the second decision is the top-level node's, which the secondary node enters.
 */
export async function registerEnterprise(
  plan: EnterprisePlan, parent: DemoNode, node: DemoNode,
): Promise<void> {
  const { prefix } = plan
  await apply(prefix, parent, {}, 2)
  const products = plan.products.map(({ suffix, name }) => {
    const identifier = `${prefix}/${suffix}`
    return { handle: identifierOf(identifier), values: productValues(identifier, name) }
  })
  if (plan.node === prefix) {
    await asUser(parent, userOf(prefix), (desk) => setRoute(desk, prefix, node))
    // A node of its own has no desk: whoever may, registers over the Handle protocol.
    await administer(node, products.map((product) =>
      ({ kind: 'create', ...product, overwrite: false, mint: false })))
    return
  }
  await asUser(parent, userOf(prefix), (desk) => desk.moveHosting(prefix, 'request'))
  await asAdministrator(parent, (desk) => desk.moveHosting(prefix, 'approve'))
  await asUser(parent, userOf(prefix), (desk) => register(desk, products))
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

/** Joins a desk, applies for a prefix there, and is approved as often as it takes. */
async function apply(
  prefix: string, at: DemoNode, rest: { readonly publicKey?: string }, reviewCount: number,
): Promise<void> {
  const { application } = await asNobody(at, (desk) => desk.join({
    organisation: organisationOf(prefix), user: userOf(prefix), application: { prefix, ...rest },
  }))
  await asAdministrator(at, async (desk) => {
    for (let i = 0; i < reviewCount; i++) await desk.moveApplication(application.id, 'approve')
  })
}

/** Says where a node answers, by the doors that it offers. */
async function setRoute(desk: DeskApi, prefix: string, node: DemoNode): Promise<void> {
  const { plan: { offers }, native, http } = node
  const ports = { tcpPort: native.port, udpPort: native.port, httpPort: http.port }
  const offered = Object.entries(ports).filter(([name]) =>
    offers === null || offers.some((protocol) => name === `${protocol}Port`))
  const endpoint = { ip: native.host, ...Object.fromEntries(offered) }
  const { version } = await desk.fetchPrefix(prefix)
  await desk.setRoute(prefix, version, { endpoints: [endpoint] })
}

interface Product {
  readonly handle: Identifier
  readonly values: readonly HandleValue[]
}

/** Registers products by a stream, one a line. @throws when one is refused */
async function register(desk: DeskApi, products: readonly Product[]): Promise<void> {
  const lines = products.map(({ handle, values }) =>
    Buffer.from(`${JSON.stringify({ handle, values: values.map(formatValue) })}\n`))
  for await (const answer of desk.registerLines(Readable.from(lines), 'create', false)) {
    if ('code' in answer) throw new Error(`line ${answer.line}: ${answer.message}`)
  }
}
