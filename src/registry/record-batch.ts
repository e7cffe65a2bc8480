import { homeOfKey } from '../identifier/homing.ts'
import { keyOf } from '../identifier/identifier.ts'
import { ownMemory, withRoom } from '../lib/room.ts'

/** A line that holds no record. */
export interface BadLine {
  readonly lineNumber: number
  readonly reason: string
}

/**
 * Records of many lines, ready to be written, in the order of their keys; those of one key in
 * the order of their lines. Plain data of few pieces, so that it goes from thread to thread.
 */
export interface RecordBatch {
  /** Lines with a record in them, good or bad. */
  readonly read: number
  /** Bytes read so far, from the beginning. */
  readonly bytesRead: number
  readonly badLines: readonly BadLine[]
  /** Prefixes of the records, folded, that no batch before had. */
  readonly prefixes: readonly string[]
  readonly recordCount: number
  /** A key each, and the name as it was spelt, with a line feed between: no name holds one. */
  readonly keys: string
  readonly names: string
  readonly blocks: Buffer<ArrayBuffer>
  /** Where each record's block begins and ends in `blocks`. */
  readonly spans: Uint32Array<ArrayBuffer>
  /** 1 for a record with values whose timestamp was not given and is 0. */
  readonly undated: Uint8Array<ArrayBuffer>
}

/** Bytes that a pack has room for at first. */
const PACK_BYTES = 65_536
const LINE_FEED = 0x0a

/** Gathers records into batches. */
export class RecordPacker {
  /** Blocks, one behind the other; the next one goes to `blockBytes`. */
  blocks = ownMemory(PACK_BYTES)
  blockBytes = 0
  #names = ownMemory(PACK_BYTES)
  #nameBytes = 0
  #ends: number[] = []
  #undated: boolean[] = []
  readonly #prefixes = new Set<string>()

  get recordCount(): number {
    return this.#ends.length
  }

  /** Makes room for blocks and names of so many bytes in all. */
  reserve(bytes: number): void {
    this.blocks = withRoom(this.blocks, this.blockBytes, bytes)
    this.#names = withRoom(this.#names, this.#nameBytes, bytes + 1)
  }

  /** Takes the block that was written up to `blockEnd`, and its name. */
  add(blockEnd: number, undated: boolean, bytes: Buffer, nameStart: number, nameEnd: number): void {
    const names = this.#names
    let to = this.#nameBytes
    for (let at = nameStart; at < nameEnd; at++) names[to++] = bytes[at] ?? 0
    names[to++] = LINE_FEED
    this.#nameBytes = to
    this.#ends.push(blockEnd)
    this.#undated.push(undated)
    this.blockBytes = blockEnd
  }

  /** Gives away what was gathered, and begins anew. */
  finish(rest: Pick<RecordBatch, 'read' | 'bytesRead' | 'badLines'>): RecordBatch {
    const recordCount = this.#ends.length
    const names = recordCount === 0 ? [] : this.#takeNames()
    const keys = names.map(keyOf)
    const prefixes = this.#newPrefixes(keys)
    const order = sortedOrder(keys)
    const spans = new Uint32Array(2 * recordCount)
    const undated = new Uint8Array(recordCount)
    for (const [to, from] of order.entries()) {
      spans[2 * to] = from === 0 ? 0 : this.#ends[from - 1] ?? 0
      spans[2 * to + 1] = this.#ends[from] ?? 0
      undated[to] = this.#undated[from] === true ? 1 : 0
    }
    const joined = (texts: readonly string[]): string =>
      order.map((from) => texts[from]).join('\n')
    const batch = {
      ...rest, prefixes, recordCount, keys: joined(keys), names: joined(names),
      blocks: this.blocks, spans, undated,
    }
    // The next batch is likely to be as large.
    this.blocks = ownMemory(this.blocks.length)
    this.blockBytes = 0
    this.#ends = []
    this.#undated = []
    return batch
  }

  #takeNames(): string[] {
    const text = this.#names.toString('utf8', 0, this.#nameBytes - 1)
    this.#nameBytes = 0
    return text.split('\n')
  }

  #newPrefixes(keys: readonly ReturnType<typeof keyOf>[]): string[] {
    const fresh: string[] = []
    for (const key of keys) {
      const prefix = homeOfKey(key)
      if (this.#prefixes.has(prefix)) continue
      this.#prefixes.add(prefix)
      fresh.push(prefix)
    }
    return fresh
  }
}

/** The places of keys, in the order of the keys; equal ones stay as they are. */
function sortedOrder(keys: readonly string[]): number[] {
  return keys.map((_key, i) => i).sort((a, b) => {
    const [one = '', other = ''] = [keys[a], keys[b]]
    return one < other ? -1 : one > other ? 1 : a - b
  })
}
