import { announcedLength } from './admit.ts'
import { ENVELOPE_BYTES } from './layout.ts'
import { MESSAGE_BYTES_MAX } from './limits.ts'

/** A stream that stopped making sense: nothing after this point can be trusted to be a frame. */
export type FrameError = 'length-below-zero' | 'length-above-limit'

const EMPTY = Buffer.alloc(0)

/**
 * Cuts a byte stream into frames: an envelope and the message that it announces. Knows no
 * socket. A frame that lies within one chunk is handed out in place; one that spans chunks is
 * put together in a buffer of its own, never before its announced length has been checked.
 */
export class FrameReader {
  #partial: Buffer = EMPTY
  #partialBytes = 0

  /** Bytes of an unfinished frame. */
  get pendingBytes(): number {
    return this.#partialBytes
  }

  /**
   * Takes the next chunk and calls `onFrame` for every complete frame in it, in order.
   * @returns undefined, or why the stream can't be read on
   */
  push(
    chunk: Buffer,
    onFrame: (bytes: Buffer, offset: number, end: number) => void,
  ): FrameError | undefined {
    let at = 0
    if (this.#partialBytes > 0) {
      at = this.#fillPartial(chunk)
      if (at < 0) return lengthError(announcedLength(this.#partial, 0))
      const whole = this.#wholePartial()
      if (whole === undefined) return undefined
      onFrame(whole, 0, whole.length)
    }
    while (chunk.length - at >= ENVELOPE_BYTES) {
      const length = announcedLength(chunk, at)
      const error = lengthError(length)
      if (error !== undefined) return error
      const end = at + ENVELOPE_BYTES + length
      if (end > chunk.length) break
      onFrame(chunk, at, end)
      at = end
    }
    if (at < chunk.length) this.#keep(chunk, at)
    return undefined
  }

  /** Adds to the unfinished frame what belongs to it. @returns where the chunk goes on, or -1 */
  #fillPartial(chunk: Buffer): number {
    let at = 0
    if (this.#partialBytes < ENVELOPE_BYTES) {
      at = this.#append(chunk, 0, ENVELOPE_BYTES - this.#partialBytes)
      if (this.#partialBytes < ENVELOPE_BYTES) return at
    }
    const length = announcedLength(this.#partial, 0)
    if (lengthError(length) !== undefined) return -1
    return at + this.#append(chunk, at, ENVELOPE_BYTES + length - this.#partialBytes)
  }

  #append(chunk: Buffer, at: number, wantedBytes: number): number {
    const taken = Math.min(wantedBytes, chunk.length - at)
    const needed = this.#partialBytes + taken
    if (needed > this.#partial.length) {
      // Grows with what has arrived, not with what was announced.
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#partial.length * 2, 512))
      this.#partial.copy(larger, 0, 0, this.#partialBytes)
      this.#partial = larger
    }
    chunk.copy(this.#partial, this.#partialBytes, at, at + taken)
    this.#partialBytes = needed
    return taken
  }

  #wholePartial(): Buffer | undefined {
    if (this.#partialBytes < ENVELOPE_BYTES) return undefined
    const needed = ENVELOPE_BYTES + announcedLength(this.#partial, 0)
    if (this.#partialBytes < needed) return undefined
    const whole = this.#partial.subarray(0, needed)
    this.#partial = EMPTY
    this.#partialBytes = 0
    return whole
  }

  #keep(chunk: Buffer, at: number): void {
    this.#partial = EMPTY
    this.#partialBytes = 0
    this.#append(chunk, at, chunk.length - at)
  }
}

function lengthError(length: number): FrameError | undefined {
  if (length < 0) return 'length-below-zero'
  return length > MESSAGE_BYTES_MAX ? 'length-above-limit' : undefined
}
