import type { Identifier } from '../identifier/identifier.ts'
import type { HostPort } from '../lib/host-port.ts'
import { ExchangeError } from './exchange.ts'
import { exchangeTcp } from './native-tcp.ts'
import { exchangeUdp } from './native-udp.ts'
import { failed, type Fetched, outcomeOf } from './outcome.ts'
import { createQuestion, readAnswer } from './question.ts'

export type Transport = 'udp' | 'tcp' | 'http'

export interface FetchOptions {
  readonly server: HostPort
  readonly transport: Transport
  /** Types asked for; none means all. */
  readonly types: readonly string[]
  /** Indexes asked for; none means all. With types, the union of both is asked for. */
  readonly indexes: readonly number[]
  readonly timeoutMs: number
}

/**
 * Asks one server for a record's values (§9.3 Resolution). Never throws for what a server or a
 * network does: `absent` says that the record does not exist, `failed` that nothing is known.
 */
export async function fetchRecord(
  identifier: Identifier,
  options: FetchOptions,
): Promise<Fetched> {
  const { server, transport } = options
  try {
    if (transport === 'http') {
      const { fetchHttpAnswer } = await import('./http-api.ts')
      return outcomeOf(await fetchHttpAnswer(identifier, server, options, options))
    }
    const request = createQuestion(identifier, options)
    const exchange = transport === 'tcp' ? exchangeTcp : exchangeUdp
    return outcomeOf(readAnswer(await exchange(request, server, options), identifier))
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return failed(error.reason, error.message)
  }
}
