import { connect, type Socket } from 'node:net'
import { formatHostPort, type HostPort } from '../../lib/host-port.ts'
import { FrameReader } from '../../wire/frames.ts'
import { OFFSET } from '../../wire/layout.ts'
import { ExchangeError, type ExchangeFailure, isResponse, systemCodeOf } from '../exchange.ts'
import {
  CHANNEL_CONNECTION_COUNT_MAX,
  CHANNEL_FRAME_MS,
  CHANNEL_IDLE_MS,
  CHANNEL_PENDING_MAX,
  CHANNEL_UNASKED_COUNT_MAX,
} from '../limits.ts'

export interface ChannelOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * TCP to one server, kept open. A server that answers a second request on a connection gets all
 * its requests on one, told apart by request id. The old kind closes after one answer: it gets a
 * connection for each request, a few at a time. The others wait for their turn.
 */
export class TcpChannel {
  readonly #server: HostPort
  readonly #connections = new Set<Connection>()
  readonly #onUnused: () => void
  readonly #waiting = new Set<() => void>()
  /** Undefined until the server has shown which kind it is. */
  #keeps: boolean | undefined

  /** @param onUnused told when its last connection is gone */
  constructor(server: HostPort, onUnused: () => void) {
    this.#server = server
    this.#onUnused = onUnused
  }

  /** Whether a connection is there, whatever kind of server it is. */
  get open(): boolean {
    return this.#connections.size > 0
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
  async exchange(request: Buffer, options: ChannelOptions): Promise<Buffer> {
    let connection = this.#pick()
    // Picked and used in one turn: a place that was seen free is taken before anyone else sees it.
    while (connection === undefined) {
      await this.#turn(options.signal)
      connection = this.#pick()
    }
    const reused = connection.answeredCount > 0
    try {
      return await connection.exchange(request, options)
    } catch (error) {
      const again = reused && error instanceof ExchangeError && error.reason === 'closed'
      if (!again || options.signal.aborted) throw error
      return await this.#open().exchange(request, options)
    } finally {
      this.#wake()
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  /** A connection that takes one more request now. */
  #pick(): Connection | undefined {
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

  /** Waits until a request has ended or a connection is gone. */
  #turn(signal: AbortSignal): Promise<void> {
    const where = formatHostPort(this.#server)
    return new Promise((resolve, reject) => {
      const done = (): void => {
        signal.removeEventListener('abort', onAbort)
        this.#waiting.delete(onTurn)
      }
      const onTurn = (): void => {
        done()
        resolve()
      }
      const onAbort = (): void => {
        done()
        reject(new ExchangeError('timeout', `too many requests to ${where} are unanswered`))
      }
      this.#waiting.add(onTurn)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** One more may go; once requests share a connection, all that wait. */
  #wake(): void {
    for (const next of this.#waiting) {
      next()
      if (this.#keeps !== true) return
    }
  }

  #open(): Connection {
    const connection = new Connection(this.#server, {
      onAnswered: (count) => { if (count === 2) this.#keeps = true },
      onClosed: (answeredCount, pendingCount) => {
        this.#connections.delete(connection)
        if (answeredCount === 1 && pendingCount > 0) this.#keeps = false
        this.#wake()
        if (this.#connections.size === 0 && this.#waiting.size === 0) this.#onUnused()
      },
    })
    this.#connections.add(connection)
    return connection
  }
}

interface ConnectionEvents {
  onAnswered(answeredCount: number): void
  onClosed(answeredCount: number, pendingCount: number): void
}

interface Waiter {
  resolve(answer: Buffer): void
  reject(error: ExchangeError): void
}

/** One connection, and the requests on it that wait for their answers. */
class Connection {
  answeredCount = 0
  readonly #where: string
  readonly #events: ConnectionEvents
  readonly #socket: Socket
  readonly #frames = new FrameReader()
  readonly #waiters = new Map<number, Waiter>()
  #frameTimer: NodeJS.Timeout | undefined
  #unaskedCount = 0
  #ended = false
  #corked = false
  #reason: ExchangeError | undefined

  constructor(server: HostPort, events: ConnectionEvents) {
    this.#where = formatHostPort(server)
    this.#events = events
    this.#socket = connect({ host: server.host, port: server.port, noDelay: true })
    this.#socket.setTimeout(CHANNEL_IDLE_MS, () => {
      if (this.#waiters.size === 0) this.destroy()
    })
    this.#socket.on('data', (chunk: Buffer) => { this.#read(chunk) })
    this.#socket.on('end', () => { this.#ended = true })
    this.#socket.on('error', (error) => {
      this.#reason ??= this.#error('unreachable', `can't be reached (${systemCodeOf(error)})`)
    })
    this.#socket.on('close', () => { this.#closed() })
  }

  get pendingCount(): number {
    return this.#waiters.size
  }

  /** Whether no answer will come on it any more. */
  get ended(): boolean {
    return this.#ended
  }

  exchange(request: Buffer, { timeoutMs, signal }: ChannelOptions): Promise<Buffer> {
    const id = request.readUInt32BE(OFFSET.requestId)
    return new Promise((resolve, reject) => {
      if (this.#waiters.has(id)) {
        reject(this.#error('timeout', 'has a request of this id under way'))
        return
      }
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        this.#waiters.delete(id)
      }
      const fail = (error: ExchangeError): void => {
        done()
        reject(error)
      }
      const onAbort = (): void => { fail(this.#error('timeout', 'is not waited for any more')) }
      const timer = setTimeout(() => {
        fail(this.#error('timeout', `gave no answer within ${Math.round(timeoutMs)} ms`))
        // A peer that fell silent may have gone without a word: the next request finds out anew.
        if (this.#waiters.size === 0) this.destroy()
      }, timeoutMs)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiters.set(id, {
        resolve: (answer) => {
          done()
          resolve(answer)
        },
        reject: fail,
      })
      this.#write(request)
    })
  }

  destroy(): void {
    this.#ended = true
    this.#socket.destroy()
  }

  /** Requests of one turn leave together. */
  #write(request: Buffer): void {
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      setImmediate(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    this.#socket.write(request)
  }

  #read(chunk: Buffer): void {
    let whole = 0
    const error = this.#frames.push(chunk, (bytes, offset, end) => {
      whole++
      this.#deliver(bytes.subarray(offset, end))
    })
    if (error !== undefined || this.#unaskedCount > CHANNEL_UNASKED_COUNT_MAX) {
      const what = error === undefined ? 'sends what nobody asked for' : `sent no frame (${error})`
      this.#reason = this.#error('malformed', what)
      this.destroy()
      return
    }
    this.#watchFrame(whole)
  }

  /** A frame that drips in holds up all that wait behind it. */
  #watchFrame(wholeCount: number): void {
    const pending = this.#frames.pendingBytes > 0
    if (wholeCount > 0 || !pending) {
      clearTimeout(this.#frameTimer)
      this.#frameTimer = undefined
    }
    if (!pending || this.#frameTimer !== undefined) return
    this.#frameTimer = setTimeout(() => {
      this.#reason = this.#error('timeout', 'sends its answers too slowly')
      this.destroy()
    }, CHANNEL_FRAME_MS)
  }

  #deliver(frame: Buffer): void {
    const waiter = this.#waiters.get(frame.readUInt32BE(OFFSET.requestId))
    if (waiter === undefined || !isResponse(frame)) {
      this.#unaskedCount++
      return
    }
    this.answeredCount++
    this.#events.onAnswered(this.answeredCount)
    waiter.resolve(frame)
  }

  #closed(): void {
    clearTimeout(this.#frameTimer)
    const { answeredCount } = this
    this.#events.onClosed(answeredCount, this.#waiters.size)
    const error = this.#reason ?? this.#error('closed', 'closed the connection without an answer')
    for (const waiter of this.#waiters.values()) waiter.reject(error)
  }

  #error(reason: ExchangeFailure, what: string): ExchangeError {
    return new ExchangeError(reason, `${this.#where} ${what}`)
  }
}
