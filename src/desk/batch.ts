import { type IdentifierKey, keyOf } from '../identifier/identifier.ts'
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

/** Packs registrations. */
export function packBatch(registrations: readonly Registration[], mode: Mode): Batch {
  const blocks = Buffer.concat(registrations.map(({ block }) => block))
  const lengths = Buffer.alloc(registrations.length * LENGTH_BYTES)
  for (const [row, { block }] of registrations.entries()) {
    lengths.writeUInt32LE(block.length, row * LENGTH_BYTES)
  }
  return {
    names: registrations.map(({ name }) => name).join('\n'),
    lengths,
    blocks,
    templates: registrations.flatMap(({ template }, row) =>
      template === null ? [] : [[row, template] as const]),
    uniques: registrations.flatMap(({ uniques }, row) =>
      uniques.map(([item, value]) => [row, item, value] as const)),
    mode,
  }
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
