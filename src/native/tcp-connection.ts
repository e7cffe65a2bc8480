import { once } from 'node:events'
import type { Socket } from 'node:net'
import { int32At } from '../lib/bytes.ts'
import type { Clock } from '../lib/clock.ts'
import type { Counter, Tally } from '../lib/counters.ts'
import type { LatencySampler } from '../lib/latency-sampler.ts'
import type { Origin } from '../registry/administration.ts'
import { FrameReader } from '../wire/frames.ts'
import { OFFSET, OP_FLAG } from '../wire/layout.ts'
import type { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import { AnswerQueue } from './answer-queue.ts'
import type { NativeCounter } from './counters.ts'
import {
  DEFERRED_PER_CONNECTION_MAX,
  FRAME_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  ONE_SHOT_IDLE_TIMEOUT_MS,
  PASSED_ON_PER_CONNECTION_MAX,
  QUEUED_ANSWERS_MAX,
  UNSENT_BYTES_MAX,
  WRITE_BYTES_MAX,
} from './limits.ts'
import type { Deferral, Deferrals, SlowAnswer } from './slow-answerer.ts'

export interface TcpConnectionParts {
  readonly answerer: NativeAnswerer
  /** Where deferred messages go; null when the answerer defers none. */
  readonly deferrals: Deferrals | null
  /** Shared by the connections of a listener: answers are gathered and taken in one go. */
  readonly out: AnswerBuffer
  readonly clock: Clock
  readonly counters: Counter<NativeCounter>
  readonly requests: Tally
  readonly latency: LatencySampler
}

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
  readonly #requests: Tally
  readonly #latency: LatencySampler
  readonly #deferrals: Deferrals | null
  readonly #frames = new FrameReader()
  /** Null as long as nothing has to be waited for. */
  #queue: AnswerQueue | null = null
  /** Answers of the queue that leave at the end of this turn. */
  #gathered: Buffer[] = []
  #gatheredBytes = 0
  #origin: Origin | null = null
  #ended = false
  #requestCount = 0
  #keepAlive = false
  #lastReadMs: number
  #frameBeganMs = 0

  constructor(socket: Socket, parts: TcpConnectionParts) {
    const { answerer, deferrals, out, clock, counters, requests, latency } = parts
    this.#socket = socket
    this.#answerer = answerer
    this.#deferrals = deferrals
    this.#out = out
    this.#clock = clock
    this.#counters = counters
    this.#requests = requests
    this.#latency = latency
    this.#lastReadMs = clock.elapsedMs()
    socket.on('data', (chunk: Buffer) => {
      this.#read(chunk)
    })
    socket.on('end', () => {
      this.end()
    })
    socket.on('drain', () => {
      if (this.#queue === null) socket.resume()
    })
    socket.on('close', () => {
      this.#queue?.close()
    })
    // A peer that resets is gone; 'close' follows and forgets the connection.
    socket.on('error', () => undefined)
  }

  /** Why the connection should be closed by now: silent, or slow in sending a frame. */
  overdue(nowMs: number): 'idle' | 'slow' | undefined {
    // Its next answer is ours to give; but one who leaves answers unread is slow all the same.
    if (this.#queue !== null && this.#socket.writableLength === 0) {
      this.#lastReadMs = nowMs
      return undefined
    }
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
    this.#ended = true
    if (this.#queue === null) this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#lastReadMs = this.#clock.elapsedMs()
    const begunMs = this.#latency.begin()
    const out = this.#out
    out.length = 0
    const pendingBefore = this.#frames.pendingBytes
    const countBefore = this.#requestCount
    const error = this.#frames.push(chunk, this.#onFrame)
    this.#requests.add(this.#requestCount - countBefore)
    const pending = this.#frames.pendingBytes
    if (pending > 0 && (pendingBefore === 0 || pending < pendingBefore)) {
      this.#frameBeganMs = this.#lastReadMs
    }
    if (error !== undefined) this.#answerer.answerBrokenFrame(out)
    if (out.length > 0) this.#send()
    this.#latency.end(begunMs)
    if (error !== undefined) {
      this.#socket.removeAllListeners('data').resume()
      this.end()
    }
    if (this.#queue !== null && this.#queue.length >= QUEUED_ANSWERS_MAX) this.#socket.pause()
  }

  readonly #onFrame = (bytes: Buffer, offset: number, end: number): void => {
    this.#requestCount++
    if (!this.#keepAlive && end - offset > OFFSET.body) {
      const flags = int32At(bytes, offset + OFFSET.opFlags)
      this.#keepAlive = (flags & OP_FLAG.keepAlive) !== 0
    }
    const queued = this.#queue?.length ?? 0
    // One chunk may ask for far more than it holds: what can't be sent soon is told so.
    if (this.#socket.writableLength > UNSENT_BYTES_MAX || queued >= QUEUED_ANSWERS_MAX) {
      this.#answerer.answerBusy(bytes, offset, end, this.#out)
    } else {
      const fate = this.#answerer.answer(bytes, offset, end, this.#out)
      if (fate === 'deferred' || fate === 'passed-on') {
        this.#defer(bytes, offset, end, fate)
        return
      }
    }
    if (this.#queue !== null || this.#out.length >= WRITE_BYTES_MAX) this.#send()
  }

  /**
   * Hands a message on; its answer takes its place behind those before it.
   * For what is passed on nobody waits: it leaves when it is there.
   */
  #defer(bytes: Buffer, offset: number, end: number, fate: Deferral): void {
    const aside = fate === 'passed-on'
    this.#counters.add('native_deferred_total')
    if (this.#out.length > 0) this.#send()
    const queue = this.#queue
    const hasRoom = aside
      ? (queue?.asideCount ?? 0) < PASSED_ON_PER_CONNECTION_MAX
      : (queue?.deferredCount ?? 0) < DEFERRED_PER_CONNECTION_MAX
    const deferred = hasRoom
      ? this.#deferrals?.start(bytes, offset, end, this.#originOfPeer(), fate)
      : undefined
    if (deferred === undefined) {
      this.#answerer.answerBusy(bytes, offset, end, this.#out)
      this.#send()
      return
    }
    this.#queue ??= this.#openQueue()
    const sure = deferred.answer.catch(() => this.#failed(deferred.message))
    if (aside) this.#queue.deferAside(sure)
    else this.#queue.defer(sure)
  }

  #openQueue(): AnswerQueue {
    return new AnswerQueue({
      write: (bytes) => {
        this.#gather(bytes)
        const unsentBytes = this.#gatheredBytes + this.#socket.writableLength
        if (unsentBytes <= UNSENT_BYTES_MAX) return undefined
        this.#sendGathered()
        return once(this.#socket, 'drain').then(() => undefined, () => undefined)
      },
      goOn: (next) => this.#goOn(next),
      onEmpty: () => {
        this.#queue = null
        this.#sendGathered()
        if (this.#ended) this.#socket.end()
        else this.#socket.resume()
      },
    })
  }

  /** Answers that one commit lets go leave in one piece, not each with a call to the system. */
  #gather(answer: Buffer): void {
    this.#gatheredBytes += answer.length
    if (this.#gathered.push(answer) > 1) return
    process.nextTick(() => { this.#sendGathered() })
  }

  #sendGathered(): void {
    const [only, ...others] = this.#gathered
    if (only === undefined) return
    const bytes = others.length === 0 ? only : Buffer.concat(this.#gathered, this.#gatheredBytes)
    this.#gathered = []
    this.#gatheredBytes = 0
    this.#socket.write(bytes)
  }

  async #goOn(next: string): Promise<SlowAnswer> {
    try {
      if (this.#deferrals !== null) return await this.#deferrals.goOn(next)
    } catch {
      // Half a listing would look like a whole one to a peer that counts on its connection.
    }
    this.#socket.destroy()
    return { messages: [], next: null }
  }

  #failed(request: Buffer): Buffer {
    const out = this.#out
    out.length = 0
    this.#answerer.answerFailed(request, 0, request.length, out)
    return out.take()
  }

  #originOfPeer(): Origin {
    this.#origin ??= { transport: 'tcp', address: this.#socket.remoteAddress ?? '' }
    return this.#origin
  }

  #send(): void {
    const socket = this.#socket
    const out = this.#out
    if (out.length === 0) return
    if (this.#queue !== null) {
      this.#queue.push(out.take())
      return
    }
    if (socket.writableLength > 0) {
      // It waits behind others: it must not keep the whole memory for a few bytes.
      socket.write(out.take())
    } else {
      socket.write(out.written())
      // Mostly the system has taken all of it by now, and the memory can be used again.
      if (socket.writableLength === 0) out.length = 0
      else out.giveUp()
    }
    if (socket.writableLength > UNSENT_BYTES_MAX) socket.pause()
  }
}
