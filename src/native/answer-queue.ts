import type { SlowAnswer } from './slow-answerer.ts'

/** An answer that is ready, or the promise of one; null when it failed without an answer. */
type Slot = Buffer | Promise<SlowAnswer | Buffer>

export interface AnswerQueueSink {
  /** Hands bytes to the socket. @returns a promise when it should have time to send them first */
  write(bytes: Buffer): Promise<void> | undefined
  /** The next part of a long answer. */
  goOn(next: string): Promise<SlowAnswer>
  /** Nothing waits any more. */
  onEmpty(): void
}

/**
 * The answers of one connection from the first that has to be waited for: what is ready behind
 * it waits too, so that answers leave in the order of their requests. A part of a long answer is
 * asked for only when the part before it is on its way.
 */
export class AnswerQueue {
  readonly #sink: AnswerQueueSink
  #slots: Slot[] = []
  #deferredCount = 0
  #closed = false

  constructor(sink: AnswerQueueSink) {
    this.#sink = sink
  }

  /** Answers in the queue, ready or not. */
  get length(): number {
    return this.#slots.length
  }

  /** How many of them are not there yet. */
  get deferredCount(): number {
    return this.#deferredCount
  }

  /** Adds an answer that is ready, behind those that are not. */
  push(answer: Buffer): void {
    this.#slots.push(answer)
  }

  /** Adds an answer to come; it must not reject. */
  defer(answer: Promise<SlowAnswer | Buffer>): void {
    this.#deferredCount++
    this.#slots.push(answer)
    if (this.#slots.length === 1) void this.#drain()
  }

  /** Forgets everything: the peer is gone. */
  close(): void {
    this.#closed = true
    this.#slots = []
  }

  async #drain(): Promise<void> {
    for (let slot = this.#slots[0]; slot !== undefined; slot = this.#slots[0]) {
      if (Buffer.isBuffer(slot)) {
        await this.#sink.write(slot)
      } else {
        await this.#send(await slot)
        this.#deferredCount--
      }
      if (this.#closed) return
      void this.#slots.shift()
    }
    this.#sink.onEmpty()
  }

  async #send(answer: SlowAnswer | Buffer): Promise<void> {
    let part = answer
    while (!this.#closed) {
      if (Buffer.isBuffer(part)) {
        await this.#sink.write(part)
        return
      }
      for (const message of part.messages) await this.#sink.write(message)
      if (part.next === null) return
      part = await this.#sink.goOn(part.next)
    }
  }
}
