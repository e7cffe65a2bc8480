import { connect, type Socket } from 'node:net'
import { BytesError } from '../../lib/bytes.ts'
import { formatHostPort, type HostPort } from '../../lib/host-port.ts'
import { FrameReader } from '../../wire/frames.ts'
import { OFFSET, REQUEST_ID_UNKNOWN } from '../../wire/layout.ts'
import { ExchangeError, type ExchangeFailure, isResponse, systemCodeOf } from '../exchange.ts'

/** Takes one message of an answer. @returns whether more are to come @throws BytesError */
export type FrameTaker = (frame: Buffer) => boolean

interface Waiting {
  readonly take: FrameTaker
  readonly settle: (error?: ExchangeError) => void
  timer: NodeJS.Timeout
}

/**
 * One TCP connection that carries many requests at a time; answers are told apart by their
 * request ids (§7.2 TCP). It opens with the first request, and anew after the server closed it.
 */
export class AdminConnection {
  readonly #server: HostPort
  readonly #timeoutMs: number
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | undefined
  #unsent: Buffer[] = []

  /** @param timeoutMs for each message of an answer */
  constructor(server: HostPort, timeoutMs: number) {
    this.#server = server
    this.#timeoutMs = timeoutMs
  }

  /**
   * Sends a request, envelope included, and hands every message of its answer to `take`.
   * @throws ExchangeError; whether the server did what was asked is then not known
   */
  exchange(request: Buffer, take: FrameTaker): Promise<void> {
    const requestId = request.readUInt32BE(OFFSET.requestId)
    return new Promise((resolve, reject) => {
      const settle = (error?: ExchangeError): void => {
        clearTimeout(waiting.timer)
        this.#waiting.delete(requestId)
        if (error === undefined) resolve()
        else reject(error)
      }
      const waiting: Waiting = { take, settle, timer: this.#startTimer(settle) }
      this.#waiting.set(requestId, waiting)
      this.#send(request)
    })
  }

  /** Closes the connection; whatever still waits fails. */
  close(): void {
    this.#socket?.destroy()
    this.#fail('closed', 'the connection was closed')
  }

  #startTimer(settle: (error: ExchangeError) => void): NodeJS.Timeout {
    return setTimeout(() => {
      const where = formatHostPort(this.#server)
      const message = `no answer from ${where} within ${this.#timeoutMs} ms`
      settle(new ExchangeError('timeout', message))
    }, this.#timeoutMs)
  }

  /** Requests of one turn go out in one piece. */
  #send(request: Buffer): void {
    if (this.#unsent.push(request) > 1) return
    process.nextTick(() => {
      const all = this.#unsent
      this.#unsent = []
      this.#socket ??= this.#open()
      this.#socket.write(all.length === 1 ? request : Buffer.concat(all))
    })
  }

  #open(): Socket {
    const where = formatHostPort(this.#server)
    const socket = connect({ ...this.#server, noDelay: true })
    const frames = new FrameReader()
    let reason: ExchangeFailure = 'unreachable'
    let message = `${where} can't be reached`
    socket.on('connect', () => {
      reason = 'closed'
      message = `${where} closed the connection without an answer`
    })
    socket.on('error', (error) => { message = `${message} (${systemCodeOf(error)})` })
    socket.on('data', (chunk: Buffer) => {
      const fault = frames.push(chunk, (bytes, offset, end) => {
        this.#receive(bytes.subarray(offset, end))
      })
      if (fault === undefined) return
      this.#fail('malformed', `${where} sent no frame (${fault})`)
      socket.destroy()
    })
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined
      this.#fail(reason, message)
    })
    return socket
  }

  #receive(frame: Buffer): void {
    const requestId = isResponse(frame) ? frame.readUInt32BE(OFFSET.requestId) : REQUEST_ID_UNKNOWN
    const waiting = this.#waiting.get(requestId)
    if (waiting === undefined) {
      // An answer that came too late is of no use; one without an id may be to anything.
      if (requestId !== REQUEST_ID_UNKNOWN) return
      const where = formatHostPort(this.#server)
      this.#fail('malformed', `${where} could not read a request, or sent something else`)
      return
    }
    try {
      if (!waiting.take(frame)) {
        waiting.settle()
        return
      }
      clearTimeout(waiting.timer)
      waiting.timer = this.#startTimer(waiting.settle)
    } catch (error) {
      if (!(error instanceof BytesError)) throw error
      waiting.settle(new ExchangeError('malformed', `an answer can't be used: ${error.message}`))
    }
  }

  #fail(reason: ExchangeFailure, message: string): void {
    for (const { settle } of [...this.#waiting.values()]) {
      settle(new ExchangeError(reason, message))
    }
  }
}
