import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { Tally } from '../lib/counters.ts'

/**
 * Keeps a few connections for those who watch or change a node whose connections are all taken:
 * beyond the limit some more are accepted, but what reads is refused there and let go. Beyond
 * those the system closes connections before anything is read.
 */
export class SpareConnections {
  readonly #spare = new Set<Socket>()
  readonly #countMax: number
  readonly #spareCount: number
  readonly #dropped: Tally
  #open = 0

  /** @param dropped counts connections that not even a spare one was left for */
  constructor(countMax: number, spareCount: number, dropped: Tally) {
    this.#countMax = countMax
    this.#spareCount = spareCount
    this.#dropped = dropped
  }

  /** Counts a server's connections from now on. */
  watch(server: Server): void {
    server.maxConnections = this.#countMax + this.#spareCount
    server.on('drop', () => this.#dropped.add())
    server.on('connection', (socket: Socket) => {
      this.#open++
      socket.once('close', () => {
        this.#open--
      })
    })
    // A request's socket is the one that TLS speaks over, which is there after the handshake.
    const ready = server instanceof TlsServer ? 'secureConnection' : 'connection'
    server.on(ready, (socket: Socket) => {
      if (this.#open <= this.#countMax) return
      this.#spare.add(socket)
      socket.once('close', () => {
        this.#spare.delete(socket)
      })
    })
  }

  /** Whether a request came over a connection that is one too many. */
  has(request: IncomingMessage): boolean {
    return this.#spare.size > 0 && this.#spare.has(request.socket)
  }
}
