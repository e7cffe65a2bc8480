import type { Socket } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Counter } from '../lib/counters.ts'
import { FrameReader } from '../wire/frames.ts'
import { OFFSET, OP_FLAG } from '../wire/layout.ts'
import type { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { NativeCounter } from './counters.ts'
import {
  FRAME_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  ONE_SHOT_IDLE_TIMEOUT_MS,
  UNSENT_BYTES_MAX,
  WRITE_BYTES_MAX,
} from './limits.ts'

/**
 * One TCP connection. It answers requests in the order they came and stays open.
 *
 * The old server closes after one answer. Its stock Java client reads exactly one message by its
 * length and then closes by itself, so an open connection costs it nothing. Scripts that read
 * until the end are the ones that need a close: they ask once, without keep-alive, and fall
 * silent. So a connection that asked only once is closed after ONE_SHOT_IDLE_TIMEOUT_MS, one
 * whose peer has ended its side right after the last answer, any other after IDLE_TIMEOUT_MS.
 */
export class TcpConnection {
  readonly #socket: Socket
  readonly #answerer: NativeAnswerer
  readonly #out: AnswerBuffer
  readonly #clock: Clock
  readonly #counters: Counter<NativeCounter>
  readonly #frames = new FrameReader()
  #requestCount = 0
  #keepAlive = false
  #lastReadMs: number
  #frameBeganMs = 0

  constructor(
    socket: Socket,
    answerer: NativeAnswerer,
    out: AnswerBuffer,
    clock: Clock,
    counters: Counter<NativeCounter>,
  ) {
    this.#socket = socket
    this.#answerer = answerer
    this.#out = out
    this.#clock = clock
    this.#counters = counters
    this.#lastReadMs = clock.elapsedMs()
    socket.on('data', (chunk: Buffer) => {
      this.#read(chunk)
    })
    socket.on('end', () => {
      socket.end()
    })
    socket.on('drain', () => {
      socket.resume()
    })
    // A peer that resets is gone; 'close' follows and forgets the connection.
    socket.on('error', () => undefined)
  }

  /** Why the connection should be closed by now: silent, or slow in sending a frame. */
  overdue(nowMs: number): 'idle' | 'slow' | undefined {
    if (this.#frames.pendingBytes > 0) {
      return nowMs - this.#frameBeganMs > FRAME_TIMEOUT_MS ? 'slow' : undefined
    }
    const oneShot = this.#requestCount === 1 && !this.#keepAlive
    const allowedMs = oneShot ? ONE_SHOT_IDLE_TIMEOUT_MS : IDLE_TIMEOUT_MS
    if (nowMs - this.#lastReadMs <= allowedMs) return undefined
    // A peer that leaves its answers unread is as slow as one that does not finish asking.
    return this.#socket.writableLength > 0 ? 'slow' : 'idle'
  }

  /** Ends after what is on its way. */
  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#lastReadMs = this.#clock.elapsedMs()
    const out = this.#out
    out.length = 0
    const pendingBefore = this.#frames.pendingBytes
    const error = this.#frames.push(chunk, this.#onFrame)
    const pending = this.#frames.pendingBytes
    if (pending > 0 && (pendingBefore === 0 || pending < pendingBefore)) {
      this.#frameBeganMs = this.#lastReadMs
    }
    if (error !== undefined) this.#answerer.answerBrokenFrame(out)
    if (out.length > 0) this.#send()
    if (error !== undefined) {
      this.#socket.removeAllListeners('data').resume()
      this.#socket.end()
    }
  }

  readonly #onFrame = (bytes: Buffer, offset: number, end: number): void => {
    this.#requestCount++
    this.#counters.add('native_tcp_requests_total')
    if (!this.#keepAlive && end - offset > OFFSET.body) {
      const flags = bytes.readInt32BE(offset + OFFSET.opFlags)
      this.#keepAlive = (flags & OP_FLAG.keepAlive) !== 0
    }
    // One chunk may ask for far more than it holds: what can't be sent soon is told so.
    if (this.#socket.writableLength > UNSENT_BYTES_MAX) {
      this.#answerer.answerBusy(bytes, offset, end, this.#out)
    } else {
      this.#answerer.answer(bytes, offset, end, this.#out)
    }
    if (this.#out.length >= WRITE_BYTES_MAX) this.#send()
  }

  #send(): void {
    this.#socket.write(this.#out.take())
    if (this.#socket.writableLength > UNSENT_BYTES_MAX) this.#socket.pause()
  }
}
