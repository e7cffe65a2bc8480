import type { Found, Recursed } from '../record/outcome.ts'

const EMPTY = Buffer.alloc(0)

/**
 * Values found, in memory that someone else owns: good until the next look-up. One object serves
 * all of them, one after another, so that a hit makes none.
 */
export class FoundInPlace implements Found {
  readonly kind = 'found'
  source: Buffer = EMPTY
  start = 0
  end = 0
  ttlSeconds = 0
  recursed: Recursed | undefined = undefined

  /** The same as a Buffer, made when it is asked for; still in place. */
  get block(): Buffer {
    return this.source.subarray(this.start, this.end)
  }

  /** The same in memory of its own, for whoever keeps it. */
  copy(): Found {
    const block = Buffer.allocUnsafe(this.end - this.start)
    this.source.copy(block, 0, this.start, this.end)
    return { kind: this.kind, block, ttlSeconds: this.ttlSeconds }
  }

  /** Takes what was found elsewhere. */
  set({ block, ttlSeconds, recursed }: Found): this {
    this.source = block
    this.start = 0
    this.end = block.length
    this.ttlSeconds = ttlSeconds
    this.recursed = recursed
    return this
  }
}
