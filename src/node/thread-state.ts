import { LoopDelayMonitor } from '../lib/loop-delay.ts'
import { STATE_INTERVAL_MS } from './limits.ts'
import type { Meters } from './meters.ts'

/** Something that holds answers in memory. */
interface Held {
  readonly count: number
  readonly bytes: number
}

/** What one thread can tell of. */
export interface ThreadParts {
  readonly cache: Held
  readonly replies: Held
  readonly tcp: { readonly connectionCount: number }
  readonly http: { getConnections(told: (error: Error | null, count: number) => void): void }
}

/**
 * Tells the gauges now and then how a thread with doors stands, since whoever is asked for
 * metrics sees no other thread's memory.
 * @returns what stops it
 */
export function tellThreadState({ gauges }: Meters, parts: ThreadParts): () => void {
  const monitor = new LoopDelayMonitor()
  const timer = setInterval(() => {
    const delay = monitor.take()
    gauges.set('node_loop_delay_p50_seconds', delay.p50)
    gauges.set('node_loop_delay_p99_seconds', delay.p99)
    gauges.set('node_loop_delay_max_seconds', delay.max)
    gauges.set('cache_held_answers', parts.cache.count)
    gauges.set('cache_held_answer_bytes', parts.cache.bytes)
    gauges.set('cache_held_replies', parts.replies.count)
    gauges.set('cache_held_reply_bytes', parts.replies.bytes)
    gauges.set('native_open_connections', parts.tcp.connectionCount)
    parts.http.getConnections((error, count) => {
      if (error === null) gauges.set('http_open_connections', count)
    })
  }, STATE_INTERVAL_MS).unref()
  return () => {
    clearInterval(timer)
    monitor.stop()
  }
}
