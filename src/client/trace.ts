import { Client } from 'undici'
import { z } from 'zod'
import type { Identifier } from '../identifier/identifier.ts'
import { formatHostPort, type HostPort } from '../lib/host-port.ts'
import { parseJson } from '../lib/json.ts'
import type { Trace } from '../record/trace.ts'
import { ExchangeError, type ExchangeOptions } from './exchange.ts'
import { exchangeErrorOf, readBody } from './http-api.ts'

const step = z.object({
  name: z.string(),
  from: z.enum(['records', 'cache', 'stale cache', 'server', 'another walk']),
  server: z.string().nullable(),
  protocol: z.enum(['udp', 'tcp', 'http', 'https']).nullable(),
  answer: z.string(),
  tookMs: z.number(),
})
const trace = z.object({
  identifier: z.string(),
  steps: z.array(step).max(1000),
  kind: z.enum([
    'found', 'absent', 'no-values', 'restricted', 'referral', 'not-homed', 'failed',
  ]),
  outcome: z.string(),
  tookMs: z.number(),
})

/**
 * Has a node on this machine find an identifier and tell how: `GET /v1/trace/IDENTIFIER`.
 * @throws ExchangeError
 */
export async function fetchTrace(
  identifier: Identifier, server: HostPort, options: ExchangeOptions,
): Promise<Trace> {
  const where = formatHostPort(server)
  const client = new Client(`http://${where}`)
  try {
    const { statusCode, body } = await client.request({
      method: 'GET',
      path: `/v1/trace/${encodeURIComponent(identifier)}`,
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    const text = (await readBody(body, where)).toString('utf8')
    if (statusCode === 404) {
      throw new ExchangeError('malformed', `${where} shows traces to its own machine only`)
    }
    const parsed = trace.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    throw new ExchangeError('malformed', `${where} sent something that is no trace`)
  } catch (error) {
    throw exchangeErrorOf(error, where, options.timeoutMs)
  } finally {
    await client.destroy()
  }
}
