import { formatHostPort, type HostPort } from '../../lib/host-port.ts'
import { ExchangeError } from '../exchange.ts'
import { CHANNEL_CONNECTION_COUNT_MAX, CHANNEL_PENDING_MAX } from '../limits.ts'
import { ChannelConnection, type ConnectionParts } from './channel-connection.ts'
import { PendingRequest } from './pending-request.ts'

export interface ChannelOptions {
  /** When the answer must be there, on the clock's elapsed time. */
  readonly dueMs: number
  /** Ends the exchange early; null: nobody will. */
  readonly signal: AbortSignal | null
}

/**
 * TCP to one server, kept open. A server that answers a second request on a connection gets all
 * its requests on one, told apart by request id. The old kind closes after one answer: it gets a
 * connection for each request, a few at a time. The others wait for their turn.
 */
export class TcpChannel {
  readonly #server: HostPort
  readonly #parts: ConnectionParts
  readonly #connections = new Set<ChannelConnection>()
  readonly #onUnused: () => void
  readonly #waiting = new Set<PendingRequest>()
  /** Undefined until the server has shown which kind it is. */
  #keeps: boolean | undefined

  /** @param onUnused told when its last connection is gone */
  constructor(server: HostPort, parts: ConnectionParts, onUnused: () => void) {
    this.#server = server
    this.#parts = parts
    this.#onUnused = onUnused
  }

  /** Whether a connection is there, whatever kind of server it is. */
  get open(): boolean {
    return this.#connections.size > 0
  }

  /** Whether a connection is there, of a server not known for closing after one answer. */
  get promising(): boolean {
    return this.#keeps !== false && this.#connections.size > 0
  }

  /** Whether requests can share a connection that is there. */
  get shared(): boolean {
    return this.#keeps === true && this.#connections.size > 0
  }

  /**
   * Sends a request and waits for its answer. A connection that closes under a request although
   * it had answered others before is no fault of the request: it goes out once more.
   * @throws ExchangeError
   */
  exchange(request: Buffer, { dueMs, signal }: ChannelOptions): Promise<Buffer> {
    const pending = new PendingRequest(request, dueMs, this.#parts.deadlines, signal)
    const connection = this.#pick()
    if (connection === undefined) this.#wait(pending)
    else this.#send(pending, connection)
    return pending.answer
  }

  close(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  /** A connection that takes one more request now. */
  #pick(): ChannelConnection | undefined {
    const countMax = this.#keeps === true ? CHANNEL_PENDING_MAX : 1
    if (this.#keeps !== false) {
      for (const connection of this.#connections) {
        if (connection.pendingCount < countMax && !connection.ended) return connection
      }
    }
    const full = this.#keeps === true
      ? this.#connections.size > 0
      : this.#connections.size >= CHANNEL_CONNECTION_COUNT_MAX
    return full ? undefined : this.#open()
  }

  #send(pending: PendingRequest, connection: ChannelConnection): void {
    pending.onGivenUp = (late) => {
      connection.forget(pending, late)
      pending.fail(this.#error(late ? 'gave no answer in time' : 'is not waited for any more'))
      this.#wake()
    }
    connection.send(pending)
  }

  /** Until a request has ended or a connection is gone. */
  #wait(pending: PendingRequest): void {
    this.#waiting.add(pending)
    pending.onGivenUp = () => {
      this.#waiting.delete(pending)
      pending.fail(this.#error('has too many requests unanswered'))
    }
  }

  /** One more may go; once requests share a connection, all that wait. */
  #wake(): void {
    for (const pending of this.#waiting) {
      const connection = this.#pick()
      if (connection === undefined) return
      this.#waiting.delete(pending)
      this.#send(pending, connection)
    }
  }

  #open(): ChannelConnection {
    const connection = new ChannelConnection(this.#server, this.#parts, {
      onAnswered: (count) => {
        if (count === 2) this.#keeps = true
        if (this.#waiting.size > 0) this.#wake()
      },
      onClosed: (left, error) => { this.#closed(connection, left, error) },
    })
    this.#connections.add(connection)
    return connection
  }

  #closed(
    connection: ChannelConnection, left: readonly PendingRequest[], error: ExchangeError,
  ): void {
    const { answeredCount } = connection
    this.#connections.delete(connection)
    if (answeredCount === 1 && left.length > 0) this.#keeps = false
    for (const pending of left) {
      const again = answeredCount > 0 && error.reason === 'closed' && !pending.sentAgain
      if (!again) {
        pending.fail(error)
        continue
      }
      pending.sentAgain = true
      const next = this.#pick()
      if (next === undefined) this.#wait(pending)
      else this.#send(pending, next)
    }
    this.#wake()
    if (this.#connections.size === 0 && this.#waiting.size === 0) this.#onUnused()
  }

  #error(what: string): ExchangeError {
    return new ExchangeError('timeout', `${formatHostPort(this.#server)} ${what}`)
  }
}
