import { type Identifier, type IdentifierKey, keyOf } from '../identifier/identifier.ts'
import { ownMemory, withRoom } from '../lib/room.ts'
import type { Refusal } from './refusal.ts'
import type { Registration } from './registration.ts'

const LENGTH_BYTES = 4

/** What to do with an identifier that is there, or isn't. */
export const MODES = ['create', 'update', 'put'] as const
export type Mode = (typeof MODES)[number]

/** What became of one registration; a batch's results are places in this list. */
export const ROW_RESULTS = [
  'created', 'replaced', 'unchanged', 'deleted',
  'handle-exists', 'not-found', 'not-yours', 'not-homed', 'suspended', 'template-unknown',
  'item-unique', 'register-limit',
] as const
export type RowResult = (typeof ROW_RESULTS)[number]

/** Whether an identifier is now as it was asked to be. */
export function isDone(result: RowResult): result is 'created' | 'replaced' | 'unchanged' {
  return result === 'created' || result === 'replaced' || result === 'unchanged'
}

/**
 * Registrations packed for the way to the main thread: few large pieces, since a message of
 * thousands of small objects costs more than storing them.
 */
export interface Batch {
  /** One name a line: names hold no line ends. */
  readonly names: string
  /** Bytes of each block, in order: four bytes each, little-endian. */
  readonly lengths: Uint8Array
  /** All blocks, one behind the other. */
  readonly blocks: Uint8Array
  /** Row, template version. */
  readonly templates: readonly (readonly [number, string])[]
  /** Row, item, value. */
  readonly uniques: readonly (readonly [number, string, string])[]
  readonly mode: Mode
}

/** What became of a batch: a place in ROW_RESULTS for each row, or why none was looked at. */
export type BatchResult =
  | { readonly kind: 'rows'; readonly results: Uint8Array }
  | Refusal

/** Bytes that a pack has room for at first. */
const PACK_BYTES = 65_536

/** Packs registrations as they come: thousands of small pieces are never held. */
export class BatchPacker {
  /** Blocks, one behind the other; the next one goes to `blockBytes`. */
  blocks: Buffer<ArrayBuffer>
  blockBytes = 0
  readonly #names: Identifier[] = []
  readonly #lengths: number[] = []
  readonly #templates = new Map<number, string>()
  readonly #uniques: (readonly [number, string, string])[] = []

  /** @param bytes for how many there is room at first */
  constructor(bytes = PACK_BYTES) {
    this.blocks = ownMemory(bytes)
  }

  get rowCount(): number {
    return this.#names.length
  }

  nameOf(row: number): string {
    return this.#names[row] ?? ''
  }

  templateOf(row: number): string | null {
    return this.#templates.get(row) ?? null
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    this.blocks = withRoom(this.blocks, this.blockBytes, bytes)
  }

  /** Takes the block that was written up to `blockEnd`, and its name. */
  take(name: Identifier, blockEnd: number): void {
    this.#names.push(name)
    this.#lengths.push(blockEnd - this.blockBytes)
    this.blockBytes = blockEnd
  }

  add({ name, block, template, uniques }: Registration): void {
    const row = this.rowCount
    this.reserve(block.length)
    block.copy(this.blocks, this.blockBytes)
    this.take(name, this.blockBytes + block.length)
    if (template !== null) this.#templates.set(row, template)
    for (const [item, value] of uniques) this.#uniques.push([row, item, value])
  }

  pack(mode: Mode): Batch {
    const lengths = Buffer.alloc(this.rowCount * LENGTH_BYTES)
    for (const [row, length] of this.#lengths.entries()) {
      lengths.writeUInt32LE(length, row * LENGTH_BYTES)
    }
    return {
      names: this.#names.join('\n'),
      lengths,
      blocks: this.blocks.subarray(0, this.blockBytes),
      templates: [...this.#templates],
      uniques: this.#uniques,
      mode,
    }
  }
}

/** Packs registrations that are there already. */
export function packBatch(registrations: readonly Registration[], mode: Mode): Batch {
  const packer = new BatchPacker()
  for (const registration of registrations) packer.add(registration)
  return packer.pack(mode)
}

/** One row of a batch. */
export interface Row {
  readonly key: IdentifierKey
  readonly name: string
  readonly block: Buffer
  readonly template: string | null
  readonly uniques: readonly (readonly [string, string])[]
}

/** A registration as a row. */
export function toRow(registration: Registration): Row {
  return { ...registration, key: keyOf(registration.name) }
}

/** Unpacks what `packBatch` packed; blocks are views on the batch's bytes. */
export function unpackBatch(batch: Batch): Row[] {
  const { templates, uniques } = batch
  const bytes = view(batch.blocks)
  const lengths = view(batch.lengths)
  const names = lengths.length === 0 ? [] : batch.names.split('\n')
  let offset = 0
  let template = 0
  let unique = 0
  return names.map((name, row) => {
    const end = offset + lengths.readUInt32LE(row * LENGTH_BYTES)
    const version = templates[template]?.[0] === row ? templates[template++]?.[1] : undefined
    const own: [string, string][] = []
    for (let one = uniques[unique]; one?.[0] === row; one = uniques[++unique]) {
      own.push([one[1], one[2]])
    }
    const block = bytes.subarray(offset, end)
    offset = end
    return { key: keyOf(name), name, block, template: version ?? null, uniques: own }
  })
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
