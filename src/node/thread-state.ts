import type { Server } from 'node:net'
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
  /** The HTTP door, and the HTTPS door where there is one. */
  readonly http: readonly Pick<Server, 'getConnections'>[]
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
    void Promise.all(parts.http.map(countConnections)).then((counts) => {
      gauges.set('http_open_connections', counts.reduce((sum, count) => sum + count, 0))
    })
  }, STATE_INTERVAL_MS).unref()
  return () => {
    clearInterval(timer)
    monitor.stop()
  }
}

function countConnections(server: Pick<Server, 'getConnections'>): Promise<number> {
  return new Promise((resolve) => {
    // Only connections that other processes hold could fail to be counted.
    server.getConnections((_error, count) => {
      resolve(count)
    })
  })
}
