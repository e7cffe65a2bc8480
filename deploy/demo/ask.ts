import { fetchRecord } from '../../src/client/resolve.ts'
import { fetchTrace } from '../../src/client/trace.ts'
import type { DemoNode } from './node-process.ts'
import { identifierOf, productValues } from './register.ts'
import { ENTERPRISES } from './topology.ts'

const TIMEOUT_MS = 5_000

/** What is asked again and again: one identifier through one recursive node. */
export interface Question {
  readonly identifier: string
  /** What kind of enterprise has it. */
  readonly kind: string
  /** The product's name, as it was registered. */
  readonly product: string
  readonly through: DemoNode
}

export interface Answer {
  /** Whether it is what was registered. */
  readonly right: boolean
  /** What was said, such as `found, 2 values`. */
  readonly text: string
  /** The node that answered, as `HOST:PORT by UDP`, or `cache`. */
  readonly who: string
  /** Of the whole walk. */
  readonly tookMs: number
}

/** One identifier of each enterprise, through each recursive node. */
export function questionsFor(recursives: readonly DemoNode[]): Question[] {
  return recursives.flatMap((through) => ENTERPRISES.flatMap(({ prefix, kind, products }) =>
    products.slice(0, 1).map(({ suffix, name }) => (
      { identifier: `${prefix}/${suffix}`, kind, product: name, through }))))
}

/**
 * Has a recursive node find an identifier and tell who knew it, then resolves it there over the
 * Handle protocol, and compares the values with those that were registered.
 * @throws ExchangeError when the recursive node can't be asked
 */
export async function askQuestion({ identifier, product, through }: Question): Promise<Answer> {
  const name = identifierOf(identifier)
  const trace = await fetchTrace(name, through.http, { timeoutMs: TIMEOUT_MS })
  const fetched = await fetchRecord(name, {
    server: through.native, transport: 'udp', types: [], indexes: [], timeoutMs: TIMEOUT_MS,
  })
  const wanted = productValues(identifier, product)
  // A desk adds who administers it.
  const values = fetched.kind === 'found'
    ? fetched.values.filter(({ type }) => type !== 'HS_ADMIN')
    : []
  const right = values.length === wanted.length && wanted.every(({ type, data }, i) => {
    const value = values[i]
    return value?.type === type && value.data.equals(data)
  })
  const last = trace.steps.at(-1)
  const { from = 'nobody', server = null, protocol = null } = last ?? {}
  const who = server === null ? from : `${server} by ${(protocol ?? '').toUpperCase()}`
  const text = fetched.kind === 'found' ? trace.outcome : fetched.kind
  return { right, text, who, tookMs: trace.tookMs }
}
