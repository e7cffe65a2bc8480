import type { Deadline, Deadlines } from '../../lib/deadlines.ts'
import { OFFSET } from '../../wire/layout.ts'
import type { ExchangeError } from '../exchange.ts'

/** A request on its way to an answer; first it may wait for a connection. Settled once. */
export class PendingRequest {
  readonly request: Buffer
  readonly id: number
  /** @throws ExchangeError */
  readonly answer: Promise<Buffer>
  /** Whether it went out once more, on another connection. */
  sentAgain = false
  /** Told when its time is over, or when it is not needed any more: to let go of it. */
  onGivenUp: ((late: boolean) => void) | null = null
  readonly #resolve: (answer: Buffer) => void
  readonly #reject: (error: ExchangeError) => void
  readonly #deadlines: Deadlines
  readonly #deadline: Deadline
  readonly #signal: AbortSignal | null
  readonly #onAbort: (() => void) | null

  constructor(
    request: Buffer, dueMs: number, deadlines: Deadlines, signal: AbortSignal | null,
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    this.request = request
    this.id = request.readUInt32BE(OFFSET.requestId)
    this.answer = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#deadlines = deadlines
    this.#deadline = deadlines.set(dueMs, () => this.onGivenUp?.(true))
    this.#signal = signal
    this.#onAbort = signal === null ? null : () => this.onGivenUp?.(false)
    if (this.#onAbort !== null) signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  succeed(answer: Buffer): void {
    this.#settle()
    this.#resolve(answer)
  }

  fail(error: ExchangeError): void {
    this.#settle()
    this.#reject(error)
  }

  #settle(): void {
    this.#deadlines.clear(this.#deadline)
    if (this.#onAbort !== null) this.#signal?.removeEventListener('abort', this.#onAbort)
  }
}
