import { LATENCY_BOUNDS_SECONDS } from '../lib/histograms.ts'
import type { OutcomeKind } from '../record/outcome.ts'
import type { Refusal } from '../wire/admit.ts'

type Transport = 'udp' | 'tcp' | 'tunnel'

/** What the native door counts; the names are a closed set. */
export type NativeCounter =
  | `native_outcomes_${OutcomeKind}_total`
  | `native_refused_${Refusal}_total`
  | `native_${Transport}_requests_total`
  | 'native_refused_unknown-opcode_total'
  | 'native_refused_not-supported_total'
  | 'native_refused_invalid-name_total'
  | 'native_refused_response-too-long_total'
  | 'native_refused_busy_total'
  | 'native_refused_over-allowance_total'
  | 'native_refused_failed_total'
  | 'native_deferred_total'
  | 'native_connections_opened_total'
  | 'native_connections_refused_total'
  | 'native_connections_idle_total'
  | 'native_connections_slow_total'

const OUTCOMES = [
  'found', 'absent', 'no-values', 'restricted', 'referral', 'not-homed', 'failed',
] as const
const REFUSALS: readonly Refusal[] = [
  'too-short', 'is-response', 'length-below-header', 'length-above-limit', 'length-mismatch',
  'encrypted', 'compressed', 'expired', 'question-malformed',
]

export const NATIVE_COUNTERS: readonly NativeCounter[] = [
  ...OUTCOMES.map((kind) => `native_outcomes_${kind}_total` as const),
  ...REFUSALS.map((reason) => `native_refused_${reason}_total` as const),
  'native_udp_requests_total',
  'native_tcp_requests_total',
  'native_tunnel_requests_total',
  'native_refused_unknown-opcode_total',
  'native_refused_not-supported_total',
  'native_refused_invalid-name_total',
  'native_refused_response-too-long_total',
  'native_refused_busy_total',
  'native_refused_over-allowance_total',
  'native_refused_failed_total',
  'native_deferred_total',
  'native_connections_opened_total',
  'native_connections_refused_total',
  'native_connections_idle_total',
  'native_connections_slow_total',
]

/** What the native door measures the distribution of. */
export const NATIVE_HISTOGRAMS = [
  { name: 'native_udp_answer_seconds', bounds: LATENCY_BOUNDS_SECONDS },
  { name: 'native_tcp_answer_seconds', bounds: LATENCY_BOUNDS_SECONDS },
] as const

export type NativeHistogram = (typeof NATIVE_HISTOGRAMS)[number]['name']
