import type { Origin } from '../registry/administration.ts'

/** Why a message is not answered at once, see `Fate`. */
export type Deferral = 'deferred' | 'passed-on'

/** What came of a message that could not be answered from memory. */
export interface SlowAnswer {
  /** Whole messages, envelope included, in order; none for silence. */
  readonly messages: readonly Buffer[]
  /** What to go on with once these are on their way: a long answer comes in parts. Else null. */
  readonly next: string | null
}

/**
 * Answers what the synchronous answerer defers: administration, sessions, signed answers. It may
 * live in another thread; arguments and results are plain data.
 */
export interface SlowAnswerer {
  /**
   * Called before another message is looked at.
   * @param message one whole message, envelope included, in memory of its own
   */
  answer(message: Buffer, origin: Origin, fate: Deferral): Promise<SlowAnswer>
  /** The next part of a long answer. @param next from the part before */
  goOn(next: string): Promise<SlowAnswer>
}

/** A message that waits for the slow answerer. */
export interface Deferred {
  /** The copy that was handed on: what is left of it when the socket's bytes are gone. */
  readonly message: Buffer
  readonly answer: Promise<SlowAnswer>
}

/**
 * The messages of one thread's doors that wait for the slow answerer, bounded in number: beyond
 * it a message is told "busy" at once instead of waiting for what may never be its turn.
 */
export class Deferrals {
  readonly #slow: SlowAnswerer
  readonly #countMax: number
  #count = 0

  constructor(slow: SlowAnswerer, countMax: number) {
    this.#slow = slow
    this.#countMax = countMax
  }

  /** Messages that wait now. */
  get count(): number {
    return this.#count
  }

  /**
   * Hands a copy of the message at `offset` on. @returns undefined when too many wait already
   */
  start(
    bytes: Buffer, offset: number, end: number, origin: Origin, fate: Deferral,
  ): Deferred | undefined {
    if (this.#count >= this.#countMax) return undefined
    // A copy, since the bytes are the socket's, and in memory of its own where a thread takes it.
    const message = fate === 'passed-on'
      ? Buffer.allocUnsafe(end - offset)
      : Buffer.allocUnsafeSlow(end - offset)
    bytes.copy(message, 0, offset, end)
    return { message, answer: this.#counted(this.#slow.answer(message, origin, fate)) }
  }

  /** The next part of a long answer. */
  goOn(next: string): Promise<SlowAnswer> {
    return this.#counted(this.#slow.goOn(next))
  }

  #counted(answer: Promise<SlowAnswer>): Promise<SlowAnswer> {
    this.#count++
    const done = (): void => { this.#count-- }
    answer.then(done, done)
    return answer
  }
}
