/** A metric as Prometheus sees it, and which counted names are its series. */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** The label that tells its series apart, beside `thread`; null when there is one series. */
  readonly label: string | null
  /** Whether each thread has its own, under the label `thread`; else the threads are summed up. */
  readonly perThread: boolean
  /** The names it gathers; with a label, the first group is the label's value. */
  readonly members: RegExp
}

/**
 * Every metric of a node. A counter that a module adds must find its family here, and
 * proto/metrics.md describes each: tests hold both to it.
 */
export const CATALOGUE: readonly Family[] = [
  ...ofThreads('counter', [
    ['suibiao_native_requests_total', 'Native messages by the way they came',
      'transport', /^native_(udp|tcp|tunnel)_requests_total$/],
    ['suibiao_native_outcomes_total', 'Native resolutions by what was found out',
      'outcome', /^native_outcomes_(.+)_total$/],
    ['suibiao_native_refusals_total', 'Native messages refused, or met with silence',
      'reason', /^native_refused_(.+)_total$/],
    ['suibiao_native_deferred_total', 'Native messages that had to be waited for',
      null, /^native_deferred_total$/],
    ['suibiao_native_connections_total', 'TCP connections by what became of them',
      'event', /^native_connections_(.+)_total$/],
    ['suibiao_http_requests_total', 'HTTP requests by what they asked for',
      'endpoint', /^http_(.+)_requests_total$/],
    ['suibiao_http_outcomes_total', 'HTTP resolutions by what was found out',
      'outcome', /^http_outcomes_(.+)_total$/],
    ['suibiao_http_commands_total', 'Changes made and restricted reads answered over HTTPS',
      null, /^http_commands_done_total$/],
    ['suibiao_http_refusals_total', 'HTTP requests refused',
      'reason', /^http_refused_(.+)_total$/],
    ['suibiao_cache_lookups_total',
      'Questions by whether memory could answer; a miss reads the store',
      'result', /^cache_lookups_(hit|miss)_total$/],
    ['suibiao_resolver_walks_total',
      'Names that other nodes were asked about',
      null, /^recursion_walks_total$/],
    ['suibiao_resolver_joins_total',
      'Questions that joined a walk under way',
      null, /^recursion_joined_total$/],
    ['suibiao_resolver_recursed_hits_total',
      "Questions answered from memory with another node's answer",
      null, /^recursion_hits_total$/],
    ['suibiao_resolver_stale_answers_total',
      'Answers given although their time was over, since upstream failed',
      null, /^recursion_stale_total$/],
    ['suibiao_resolver_renewals_total',
      'Answers fetched anew: ahead of their end, or because their sites failed',
      'reason', /^recursion_(refreshes|refetches)_total$/],
    ['suibiao_resolver_failures_total',
      'Questions that could not be found out',
      'reason', /^recursion_failures_(.+)_total$/],
    ['suibiao_client_requests_total',
      'Questions put to other nodes',
      'transport', /^upstream_requests_(.+)_total$/],
    ['suibiao_client_failures_total',
      'Questions to other nodes without a usable answer',
      'reason', /^upstream_failures_(.+)_total$/],
    ['suibiao_client_hedges_total',
      'Questions put to a second server because the first was late or failed',
      null, /^upstream_hedges_total$/],
    ['suibiao_client_breakers_total',
      'Servers left alone after failing, and questions kept from them',
      'event', /^upstream_breakers_(opened|refused)_total$/],
    ['suibiao_client_addresses_refused_total',
      'Addresses in site records that may not be asked',
      null, /^upstream_addresses_refused_total$/],
    ['suibiao_store_read_failures_total', 'Look-ups that the store could not answer',
      null, /^store_read_failures_total$/],
  ]),
  ...ofThreads('gauge', [
    ['suibiao_native_open_connections', 'TCP connections open now',
      null, /^native_open_connections$/],
    ['suibiao_http_open_connections', 'HTTP connections open now',
      null, /^http_open_connections$/],
    ['suibiao_cache_held_answers', 'Answers in memory', null, /^cache_held_answers$/],
    ['suibiao_cache_held_replies', 'HTTP answers in memory, ready to send',
      null, /^cache_held_replies$/],
    ['suibiao_cache_held_bytes', 'Bytes in memory of what is held', 'held',
      /^cache_held_(answer|reply)_bytes$/],
    ['suibiao_node_loop_delay_seconds', 'How late the event loop was in the last second',
      'quantile', /^node_loop_delay_(p50|p99|max)_seconds$/],
  ]),
  ...ofThreads('histogram', [
    ['suibiao_native_answer_seconds',
      'From a message taken up to its answer handed to the socket; one in 64 is timed',
      'transport', /^native_(udp|tcp)_answer_seconds$/],
    ['suibiao_http_answer_seconds',
      'From a resolution taken up to its answer handed to the socket; one in 64 is timed',
      null, /^http_answer_seconds$/],
  ]),
  ...ofNode('counter', [
    ['suibiao_registry_commits_total', 'Transactions committed', null, /^registry_commits_total$/],
    ['suibiao_node_threads_replaced_total', 'Resolver threads that died and were replaced',
      null, /^node_threads_replaced_total$/],
    ['suibiao_desk_reports_total', 'Reports to the node above by what came of them',
      'outcome', /^desk_reports_(taken|failed)_total$/],
  ]),
  ...ofNode('gauge', [
    ['suibiao_registry_waiting_commands', 'Commands that wait for the next transaction',
      null, /^registry_waiting_commands$/],
    ['suibiao_store_held_records', 'Records in the store', null, /^store_held_records$/],
    ['suibiao_store_held_prefixes', 'Prefixes homed here', null, /^store_held_prefixes$/],
    ['suibiao_store_file_bytes', 'Bytes of the database and its log', null, /^store_file_bytes$/],
    ['suibiao_process_resident_bytes', 'Resident memory of the process',
      null, /^process_resident_bytes$/],
    ['suibiao_process_open_descriptors', 'Open file descriptors; 0 where it is not known',
      null, /^process_open_descriptors$/],
    ['suibiao_process_used_cpu_seconds', 'Processor time used since the start',
      null, /^process_used_cpu_seconds$/],
    ['suibiao_process_uptime_seconds', 'Time since the process started',
      null, /^process_uptime_seconds$/],
    ['suibiao_desk_outbox_changes', 'Organisations and applications yet to be reported above',
      null, /^desk_outbox_changes$/],
    ['suibiao_desk_outbox_oldest_seconds', 'How long the oldest of them has waited',
      null, /^desk_outbox_oldest_seconds$/],
    ['suibiao_desk_late_feeds', 'Secondary nodes below whose hourly report is overdue',
      null, /^desk_late_feeds$/],
  ]),
  ...ofNode('histogram', [
    ['suibiao_registry_commit_changes', 'Changes in one transaction',
      null, /^registry_commit_changes$/],
    ['suibiao_registry_commit_commands', 'Commands that shared one transaction',
      null, /^registry_commit_commands$/],
    ['suibiao_registry_commit_seconds', 'Time of one transaction, its fsync included',
      null, /^registry_commit_seconds$/],
  ]),
]

/** A counted name as one series of a family: its place among the names, and its label's value. */
export interface Series {
  readonly index: number
  readonly value: string | null
}

/** The series of a family among the counted names. */
export function seriesOf(family: Family, names: readonly string[]): Series[] {
  return names.flatMap((name, index) => {
    const match = family.members.exec(name)
    return match === null ? [] : [{ index, value: match[1] ?? null }]
  })
}

type Row = readonly [name: string, help: string, label: string | null, members: RegExp]

function ofThreads(type: Family['type'], rows: readonly Row[]): Family[] {
  return rows.map(([name, help, label, members]) =>
    ({ name, type, help, label, perThread: true, members }))
}

function ofNode(type: Family['type'], rows: readonly Row[]): Family[] {
  return rows.map(([name, help, label, members]) =>
    ({ name, type, help, label, perThread: false, members }))
}
