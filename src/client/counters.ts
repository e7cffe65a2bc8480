import type { SiteProtocol } from '../record/site.ts'
import type { FetchFailure } from './outcome.ts'

/** What asking other nodes counts; the names are a closed set. */
export type UpstreamCounter =
  | `upstream_requests_${SiteProtocol}_total`
  | `upstream_failures_${FetchFailure}_total`
  | 'upstream_hedges_total'
  | 'upstream_breakers_opened_total'
  | 'upstream_breakers_refused_total'
  | 'upstream_addresses_refused_total'

const PROTOCOLS: readonly SiteProtocol[] = ['udp', 'tcp', 'http', 'https']
const FAILURES: readonly FetchFailure[] = [
  'timeout', 'unreachable', 'closed', 'malformed', 'unverified', 'busy', 'refused',
]

export const UPSTREAM_COUNTERS: readonly UpstreamCounter[] = [
  ...PROTOCOLS.map((protocol) => `upstream_requests_${protocol}_total` as const),
  ...FAILURES.map((reason) => `upstream_failures_${reason}_total` as const),
  'upstream_hedges_total',
  'upstream_breakers_opened_total',
  'upstream_breakers_refused_total',
  'upstream_addresses_refused_total',
]
