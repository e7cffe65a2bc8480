import { LATENCY_BOUNDS_SECONDS } from '../lib/histograms.ts'

/** What the HTTP doors count; the names are a closed set. */
export const HTTP_COUNTERS = [
  'http_api_requests_total',
  'http_batch_requests_total',
  'http_tunnel_requests_total',
  'http_proxy_requests_total',
  'http_outcomes_found_total',
  'http_outcomes_absent_total',
  'http_outcomes_no-values_total',
  'http_outcomes_restricted_total',
  'http_outcomes_referral_total',
  'http_outcomes_not-homed_total',
  'http_outcomes_failed_total',
  'http_refused_bad-request_total',
  'http_refused_too-large_total',
  'http_refused_unknown-endpoint_total',
  'http_refused_not-supported_total',
  'http_refused_unsupported-media_total',
  'http_refused_internal_total',
  'http_commands_done_total',
  'http_refused_plain-http_total',
  'http_refused_cross-site_total',
  'http_refused_unknown-session_total',
  'http_refused_authentication-needed_total',
  'http_refused_authentication-failed_total',
  'http_refused_authentication-timeout_total',
  'http_refused_authentication-error_total',
  'http_refused_not-responsible_total',
  'http_refused_handle-not-found_total',
  'http_refused_handle-exists_total',
  'http_refused_invalid-handle_total',
  'http_refused_values-not-found_total',
  'http_refused_value-exists_total',
  'http_refused_invalid-value_total',
  'http_refused_invalid-administrator_total',
  'http_refused_insufficient-permissions_total',
  'http_refused_busy_total',
  'http_refused_connection_total',
  'http_refused_read-only_total',
  'http_refused_failed_total',
] as const

export type HttpCounter = (typeof HTTP_COUNTERS)[number]

/** What the HTTP doors tell the state of. */
export const HTTP_GAUGES = ['http_open_connections'] as const

/** What the HTTP doors measure the distribution of. */
export const HTTP_HISTOGRAMS = [
  { name: 'http_answer_seconds', bounds: LATENCY_BOUNDS_SECONDS },
] as const

export type HttpHistogram = (typeof HTTP_HISTOGRAMS)[number]['name']
