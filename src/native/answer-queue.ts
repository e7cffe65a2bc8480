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
  #asideCount = 0
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

  /** How many answers are to come that nobody waits behind. */
  get asideCount(): number {
    return this.#asideCount
  }

  /** Adds an answer that is ready, behind those that are not. */
  push(answer: Buffer): void {
    if (this.#slots.length === 0) void this.#sink.write(answer)
    else this.#slots.push(answer)
  }

  /**
   * Adds an answer to come that nobody waits behind, since it depends on nodes of others: it
   * leaves as soon as it is there, and its request id says which it is. It must not reject.
   */
  deferAside(answer: Promise<SlowAnswer | Buffer>): void {
    this.#asideCount++
    void this.#sendAside(answer)
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

  async #sendAside(answer: Promise<SlowAnswer | Buffer>): Promise<void> {
    await this.#send(await answer)
    this.#asideCount--
    this.#tellWhenEmpty()
  }

  #tellWhenEmpty(): void {
    if (this.#slots.length === 0 && this.#asideCount === 0 && !this.#closed) this.#sink.onEmpty()
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
    this.#tellWhenEmpty()
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
