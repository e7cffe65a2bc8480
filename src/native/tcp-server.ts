import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../lib/clock.ts'
import type { Counter, Tally } from '../lib/counters.ts'
import type { HistogramSource } from '../lib/histograms.ts'
import { LatencySampler } from '../lib/latency-sampler.ts'
import { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { NativeCounter, NativeHistogram } from './counters.ts'
import {
  ANSWER_BUFFER_BYTES,
  CONNECTION_COUNT_MAX,
  DRAIN_TIMEOUT_MS,
  IDLE_CHECK_INTERVAL_MS,
  LATENCY_SAMPLE_EVERY,
} from './limits.ts'
import type { Deferrals } from './slow-answerer.ts'
import { TcpConnection } from './tcp-connection.ts'

export interface TcpServerParts {
  readonly answerer: NativeAnswerer
  /** Where deferred messages go; null when the answerer defers none. */
  readonly deferrals: Deferrals | null
  readonly clock: Clock
  readonly counters: Counter<NativeCounter>
  readonly histograms: HistogramSource<NativeHistogram>
  /** Open connections at most; CONNECTION_COUNT_MAX when left out. */
  readonly connectionCountMax?: number
}

/** The TCP door: accepts connections up to a limit and closes those that have fallen silent. */
export class TcpServer {
  readonly #parts: TcpServerParts
  readonly #out = new AnswerBuffer(ANSWER_BUFFER_BYTES)
  readonly #connections = new Set<TcpConnection>()
  readonly #requests: Tally
  readonly #latency: LatencySampler
  #server: Server | null = null
  #idleCheck: NodeJS.Timeout | null = null

  constructor(parts: TcpServerParts) {
    this.#parts = parts
    this.#requests = parts.counters.tally('native_tcp_requests_total')
    const histogram = parts.histograms.histogram('native_tcp_answer_seconds')
    this.#latency = new LatencySampler(histogram, parts.clock, LATENCY_SAMPLE_EVERY)
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Listens. @param shared whether other threads listen on the same port */
  async start(host: string, port: number, shared: boolean): Promise<void> {
    // Half-open: a peer that ends its side after asking still gets its answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#accept(socket)
    })
    server.listen({ host, port, reusePort: shared, backlog: 1024 })
    await once(server, 'listening')
    server.on('error', () => undefined)
    this.#server = server
    this.#idleCheck = setInterval(() => {
      this.#closeSilent()
    }, IDLE_CHECK_INTERVAL_MS).unref()
  }

  /** Takes no more connections, lets answers on their way leave, then closes everything. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    if (this.#idleCheck !== null) clearInterval(this.#idleCheck)
    const closed = once(server, 'close')
    server.close()
    for (const connection of this.#connections) connection.end()
    const drained = new AbortController()
    await Promise.race([
      closed.then(() => {
        drained.abort()
      }),
      delay(DRAIN_TIMEOUT_MS, undefined, { signal: drained.signal }).catch(() => undefined),
    ])
    for (const connection of this.#connections) connection.destroy()
    this.#connections.clear()
    await closed
  }

  #accept(socket: Socket): void {
    const { counters, connectionCountMax = CONNECTION_COUNT_MAX } = this.#parts
    if (this.#connections.size >= connectionCountMax) {
      counters.add('native_connections_refused_total')
      socket.destroy()
      return
    }
    counters.add('native_connections_opened_total')
    const connection = new TcpConnection(socket, {
      ...this.#parts, out: this.#out, requests: this.#requests, latency: this.#latency,
    })
    this.#connections.add(connection)
    socket.on('close', () => {
      this.#connections.delete(connection)
    })
  }

  #closeSilent(): void {
    const nowMs = this.#parts.clock.elapsedMs()
    for (const connection of this.#connections) {
      const reason = connection.overdue(nowMs)
      if (reason === undefined) continue
      this.#parts.counters.add(`native_connections_${reason}_total`)
      if (reason === 'slow') connection.destroy()
      else connection.end()
    }
  }
}
