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

/** Bytes of an entry that are gathered in memory of the hasher's own; a larger one has its own. */
const GATHERED_BYTES = 8_192
/** Most bytes of a UTF-16 unit in UTF-8. */
const BYTES_PER_UNIT_MAX = 3

/** Computes the hashes of changes, in one place of memory, one at a time. */
export class ChainHasher {
  readonly #gathered = Buffer.alloc(GATHERED_BYTES)
  /** Who was named last, as JSON: most entries are the same actor's as the one before. */
  #actor = { name: '', json: '""' }

  /**
   * The hash of a change: SHA-256 over the hash before it and every field, each with its length,
   * so that no two different entries have the same bytes.
   */
  hash(before: Buffer, change: ChainedChange): Buffer {
    const { block } = change
    const fields = this.#formatFields(change)
    const room = before.length + fields.length * BYTES_PER_UNIT_MAX + (block?.length ?? 0)
    const bytes = room <= GATHERED_BYTES ? this.#gathered : Buffer.allocUnsafe(room)
    bytes.set(before)
    let end = before.length
    end += bytes.write(fields, end)
    if (block !== null) {
      bytes.set(block, end)
      end += block.length
    }
    // One call costs less than an object that takes the parts one by one, and a short string less
    // than a buffer with memory of its own.
    return Buffer.from(hash('sha256', bytes.subarray(0, end), 'latin1'), 'latin1')
  }

  /** The fields as one array of JSON, put together: that takes a quarter of the time. */
  #formatFields({ number, timeMs, actor, operation, name, block }: ChainedChange): string {
    if (actor !== this.#actor.name) this.#actor = { name: actor, json: JSON.stringify(actor) }
    const what = `"${operation}",${JSON.stringify(name)},${block?.length ?? -1}`
    return `[${number},${timeMs},${this.#actor.json},${what}]`
  }
}
