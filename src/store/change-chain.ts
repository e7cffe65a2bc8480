import { hash } from 'node:crypto'

/** What a change's hash covers, beside the hash of the change before. */
export interface ChainedChange {
  readonly number: number
  readonly timeMs: number
  readonly actor: string
  readonly operation: string
  readonly name: string
  readonly block: Buffer | null
}

/** The hash that the first change follows. */
export const CHAIN_START = Buffer.alloc(32)

/**
 * The hash of a change: SHA-256 over the hash before it and every field, each with its length,
 * so that no two different entries have the same bytes.
 */
export function chainHash(before: Buffer, change: ChainedChange): Buffer {
  const { number, timeMs, actor, operation, name, block } = change
  const fields = JSON.stringify([number, timeMs, actor, operation, name, block?.length ?? -1])
  const parts = [before, Buffer.from(fields)]
  if (block !== null) parts.push(block)
  // One call over a copy costs less than an object that takes the parts one by one, and a short
  // string less than a buffer with memory of its own.
  return Buffer.from(hash('sha256', Buffer.concat(parts), 'latin1'), 'latin1')
}
