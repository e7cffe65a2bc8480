import { connect, type Socket } from 'node:net'
import type { Deadline, Deadlines } from '../../lib/deadlines.ts'
import { FewMap } from '../../lib/few-map.ts'
import { formatHostPort, type HostPort } from '../../lib/host-port.ts'
import { FrameReader } from '../../wire/frames.ts'
import { OFFSET } from '../../wire/layout.ts'
import { ExchangeError, type ExchangeFailure, isResponse, systemCodeOf } from '../exchange.ts'
import { CHANNEL_FRAME_MS, CHANNEL_IDLE_MS, CHANNEL_UNASKED_COUNT_MAX } from '../limits.ts'
import type { PendingRequest } from './pending-request.ts'

/** What the connections of one thread share. */
export interface ConnectionParts {
  readonly deadlines: Deadlines
  /**
   * What is read goes here and is copied out at once, before anyone else reads: memory of its own
   * for each chunk costs more than all else about it.
   */
  readonly readBuffer: Buffer
}

export interface ConnectionEvents {
  onAnswered(answeredCount: number): void
  /** @param pending what is still unanswered, @param error why it is gone */
  onClosed(pending: readonly PendingRequest[], error: ExchangeError): void
}

/** One connection of a channel, and the requests on it that wait for their answers. */
export class ChannelConnection {
  answeredCount = 0
  readonly #where: string
  readonly #events: ConnectionEvents
  readonly #deadlines: Deadlines
  readonly #socket: Socket
  readonly #frames = new FrameReader()
  readonly #pending = new FewMap<number, PendingRequest>()
  #frameTimer: NodeJS.Timeout | undefined
  #idleDeadline: Deadline
  #usedCount = 0
  #unaskedCount = 0
  #ended = false
  #corked = false
  #reason: ExchangeError | undefined

  constructor(server: HostPort, parts: ConnectionParts, events: ConnectionEvents) {
    const { deadlines, readBuffer } = parts
    this.#where = formatHostPort(server)
    this.#events = events
    this.#deadlines = deadlines
    this.#idleDeadline = deadlines.setAfter(CHANNEL_IDLE_MS, this.#onIdleDue)
    this.#socket = connect({
      host: server.host,
      port: server.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#read(readBuffer.subarray(0, length))
          return true
        },
      },
    })
    this.#socket.on('end', () => { this.#ended = true })
    this.#socket.on('error', (error) => {
      this.#reason ??= this.#error('unreachable', `can't be reached (${systemCodeOf(error)})`)
    })
    this.#socket.on('close', () => { this.#closed() })
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** Whether no answer will come on it any more. */
  get ended(): boolean {
    return this.#ended
  }

  send(pending: PendingRequest): void {
    if (this.#pending.get(pending.id) !== undefined) {
      pending.fail(this.#error('timeout', 'has a request of this id under way'))
      return
    }
    const alone = this.#pending.size === 0
    this.#usedCount++
    this.#pending.set(pending.id, pending)
    this.#write(pending.request, alone)
  }

  /** A request is not waited for any more. @param silent whether the time for it was over */
  forget(pending: PendingRequest, silent: boolean): void {
    this.#pending.delete(pending.id)
    // A peer that fell silent may have gone without a word: the next request finds out anew.
    if (silent && this.#pending.size === 0) this.destroy()
  }

  destroy(): void {
    this.#ended = true
    this.#socket.destroy()
  }

  /** Requests of one turn leave together; one with no other under way has none to wait for. */
  #write(request: Buffer, alone: boolean): void {
    if (!alone && !this.#corked) {
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
      this.#deliver(bytes, offset, end)
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
    if (this.#frameTimer !== undefined && (wholeCount > 0 || !pending)) {
      clearTimeout(this.#frameTimer)
      this.#frameTimer = undefined
    }
    if (!pending || this.#frameTimer !== undefined) return
    this.#frameTimer = setTimeout(() => {
      this.#reason = this.#error('timeout', 'sends its answers too slowly')
      this.destroy()
    }, CHANNEL_FRAME_MS)
  }

  #deliver(bytes: Buffer, offset: number, end: number): void {
    // A copy: its memory is read into again.
    const frame = Buffer.from(bytes.subarray(offset, end))
    const pending = this.#pending.get(frame.readUInt32BE(OFFSET.requestId))
    if (pending === undefined || !isResponse(frame)) {
      this.#unaskedCount++
      return
    }
    this.#pending.delete(pending.id)
    this.answeredCount++
    this.#events.onAnswered(this.answeredCount)
    pending.succeed(frame)
  }

  /** Nothing is asked on it any more. */
  readonly #onIdleDue = (): void => {
    if (this.#usedCount === 0 && this.#pending.size === 0) {
      this.destroy()
      return
    }
    this.#usedCount = 0
    this.#idleDeadline = this.#deadlines.setAfter(CHANNEL_IDLE_MS, this.#onIdleDue)
  }

  #closed(): void {
    this.#ended = true
    this.#deadlines.clear(this.#idleDeadline)
    clearTimeout(this.#frameTimer)
    const left = this.#pending.values()
    this.#pending.clear()
    const error = this.#reason ?? this.#error('closed', 'closed the connection without an answer')
    this.#events.onClosed(left, error)
  }

  #error(reason: ExchangeFailure, what: string): ExchangeError {
    return new ExchangeError(reason, `${this.#where} ${what}`)
  }
}
