import { UPSTREAM_COUNTERS } from '../client/counters.ts'
import { HTTP_COUNTERS, HTTP_GAUGES, HTTP_HISTOGRAMS } from '../http/counters.ts'
import { CounterTable } from '../lib/counters.ts'
import { GaugeTable } from '../lib/gauges.ts'
import { COUNT_BOUNDS, HistogramTable, LATENCY_BOUNDS_SECONDS } from '../lib/histograms.ts'
import { NATIVE_COUNTERS, NATIVE_HISTOGRAMS } from '../native/counters.ts'
import { RECURSION_COUNTERS, RESOLVER_COUNTERS } from '../resolver/counters.ts'

/** Everything a node counts. */
export const NODE_COUNTERS = [
  ...NATIVE_COUNTERS, ...HTTP_COUNTERS, ...RESOLVER_COUNTERS, ...RECURSION_COUNTERS,
  ...UPSTREAM_COUNTERS,
  'store_read_failures_total', 'registry_commits_total', 'node_threads_replaced_total',
  'desk_reports_taken_total', 'desk_reports_failed_total',
] as const

/** Everything a node tells the state of; what belongs to the whole node, the main thread tells. */
export const NODE_GAUGES = [
  ...HTTP_GAUGES,
  'native_open_connections', 'cache_held_answers', 'cache_held_answer_bytes',
  'cache_held_replies', 'cache_held_reply_bytes',
  'registry_waiting_commands', 'store_held_records', 'store_held_prefixes', 'store_file_bytes',
  'node_loop_delay_p50_seconds', 'node_loop_delay_p99_seconds', 'node_loop_delay_max_seconds',
  'process_resident_bytes', 'process_open_descriptors', 'process_used_cpu_seconds',
  'process_uptime_seconds', 'desk_outbox_changes', 'desk_outbox_oldest_seconds',
  'desk_late_feeds',
] as const

/** Everything a node measures the distribution of. */
export const NODE_HISTOGRAMS = [
  ...NATIVE_HISTOGRAMS, ...HTTP_HISTOGRAMS,
  { name: 'registry_commit_changes', bounds: COUNT_BOUNDS },
  { name: 'registry_commit_commands', bounds: COUNT_BOUNDS },
  { name: 'registry_commit_seconds', bounds: LATENCY_BOUNDS_SECONDS },
] as const

export type NodeCounter = (typeof NODE_COUNTERS)[number]
export type NodeGauge = (typeof NODE_GAUGES)[number]
export type NodeHistogram = (typeof NODE_HISTOGRAMS)[number]['name']

/** The memory that all threads of a node measure into; it can be sent to a worker. */
export interface MeterBuffers {
  readonly counters: SharedArrayBuffer
  readonly gauges: SharedArrayBuffer
  readonly histograms: SharedArrayBuffer
}

/** One thread's view of everything that the node measures. */
export interface Meters {
  readonly counters: CounterTable<NodeCounter>
  readonly gauges: GaugeTable<NodeGauge>
  readonly histograms: HistogramTable<NodeHistogram>
  readonly buffers: MeterBuffers
}

/** The main thread's row; resolver threads have those behind it. */
export const MAIN_THREAD = 0

/** New meters, all at 0, for the main thread and so many resolver threads. */
export function createMeters(workerCount: number): Meters {
  const threadCount = workerCount + 1
  return toMeters(
    CounterTable.create<NodeCounter>(NODE_COUNTERS, threadCount),
    GaugeTable.create<NodeGauge>(NODE_GAUGES, threadCount),
    HistogramTable.create<NodeHistogram>(NODE_HISTOGRAMS, threadCount),
  )
}

/** The same meters, for a thread that has row `thread`. */
export function attachMeters(buffers: MeterBuffers, thread: number): Meters {
  return toMeters(
    CounterTable.attach<NodeCounter>(NODE_COUNTERS, buffers.counters, thread),
    GaugeTable.attach<NodeGauge>(NODE_GAUGES, buffers.gauges, thread),
    HistogramTable.attach<NodeHistogram>(NODE_HISTOGRAMS, buffers.histograms, thread),
  )
}

function toMeters(
  counters: CounterTable<NodeCounter>,
  gauges: GaugeTable<NodeGauge>,
  histograms: HistogramTable<NodeHistogram>,
): Meters {
  const buffers = {
    counters: counters.buffer, gauges: gauges.buffer, histograms: histograms.buffer,
  }
  return { counters, gauges, histograms, buffers }
}
