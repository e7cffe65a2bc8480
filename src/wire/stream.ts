import { type ByteReader, type ByteWriter, BytesError } from '../lib/bytes.ts'
import { BLOCK_BYTES_MAX, VALUE_COUNT_MAX } from '../record/limits.ts'
import type { HandleValue } from '../record/value.ts'
import { decodeValue, encodeValue } from './values.ts'

/** How the bytes after a replication answer are protected. */
export type StreamStart =
  | { readonly kind: 'signed'; readonly hashName: string }
  | { readonly kind: 'unsigned' }
  /** A TLS handshake follows on the same connection. */
  | { readonly kind: 'tls' }

/** One change in a stream of changes. */
export interface TransactionEntry {
  readonly kind: 'transaction'
  readonly transactionId: bigint
  readonly handle: string
  readonly action: TransactionAction
  readonly dateMs: bigint
  /** Only for `create` and `update`; empty otherwise. */
  readonly values: readonly HandleValue[]
}

export type TransactionAction =
  | 'placeholder' | 'create' | 'delete' | 'update' | 'home' | 'unhome' | 'delete-all'

/** What a stream of changes consists of; in a signed stream a signature follows each. */
export type TransactionStreamEntry =
  | TransactionEntry
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'queue-end'; readonly dateMs: bigint }
  | { readonly kind: 'end'; readonly sourceDateMs: bigint }

/** What a dump consists of; in a signed stream a signature follows each. */
export type DumpStreamEntry =
  | { readonly kind: 'this-server'; readonly dateMs: bigint; readonly transactionId: bigint }
  | { readonly kind: 'record'; readonly handle: string; readonly values: readonly HandleValue[] }
  | { readonly kind: 'homed-prefix'; readonly prefix: string }
  | { readonly kind: 'record-date' | 'prefix-date'; readonly name: string; readonly dateMs: bigint }
  | { readonly kind: 'other-site'; readonly table: string }
  | { readonly kind: 'done' }

const startMarkers = { signed: 0, unsigned: 0xffffffff, tls: 0x544c5300 } as const
const actions: readonly TransactionAction[] = [
  'placeholder', 'create', 'delete', 'update', 'home', 'unhome', 'delete-all',
]
/** Bytes of the smallest value with its length. */
const smallestEntryBytes = 30

/** Writes how a stream is protected (§6 Replication streams). */
export function encodeStreamStart(writer: ByteWriter, start: StreamStart): void {
  writer.int32(startMarkers[start.kind])
  if (start.kind === 'signed') writer.text(start.hashName)
}

/** Reads how a stream is protected (§6 Replication streams). @throws BytesError */
export function decodeStreamStart(reader: ByteReader): StreamStart {
  switch (reader.uint32()) {
    case startMarkers.signed:
      return { kind: 'signed', hashName: reader.text(BLOCK_BYTES_MAX) }
    case startMarkers.unsigned:
      return { kind: 'unsigned' }
    case startMarkers.tls:
      return { kind: 'tls' }
    default:
      throw new BytesError('unknown kind of stream')
  }
}

/** Writes the format number and status before changes (§6 Replication streams). */
export function encodeTransactionStreamHead(
  writer: ByteWriter,
  head: { readonly mustDump: boolean },
): void {
  writer.int32(1).int32(head.mustDump ? 1 : 2)
}

/** Reads the format number and status before changes. @throws BytesError */
export function decodeTransactionStreamHead(reader: ByteReader): { mustDump: boolean } {
  if (reader.int32() !== 1) throw new BytesError('unknown format of changes')
  const status = reader.int32()
  if (status !== 1 && status !== 2) throw new BytesError('unknown status of changes')
  return { mustDump: status === 1 }
}

/** Writes the format number before a dump (§6 Replication streams). */
export function encodeDumpStreamHead(writer: ByteWriter): void {
  writer.int32(2)
}

/** Reads the format number before a dump. @throws BytesError */
export function decodeDumpStreamHead(reader: ByteReader): void {
  if (reader.int32() !== 2) throw new BytesError('unknown format of a dump')
}

/** Writes the signature over what was written since the one before (§6 Replication streams). */
export function encodeStreamSignature(writer: ByteWriter, signature: Buffer): void {
  writer.block(signature)
}

/** Reads a signature. @throws BytesError */
export function decodeStreamSignature(reader: ByteReader): Buffer {
  return reader.block(BLOCK_BYTES_MAX)
}

/** Writes one entry of a stream of changes (§6 Replication streams). */
export function encodeTransactionStreamEntry(
  writer: ByteWriter,
  entry: TransactionStreamEntry,
): void {
  switch (entry.kind) {
    case 'transaction':
      writer.uint8(1).int64(entry.transactionId).text(entry.handle)
      writer.uint8(actions.indexOf(entry.action)).int64(entry.dateMs)
      if (hasValues(entry.action)) writeSizedValues(writer, entry.values)
      return
    case 'queue':
      writer.uint8(2).text(entry.name)
      return
    case 'queue-end':
      writer.uint8(3).int64(entry.dateMs)
      return
    case 'end':
      writer.uint8(0).int64(entry.sourceDateMs)
  }
}

/** Reads one entry of a stream of changes (§6 Replication streams). @throws BytesError */
export function decodeTransactionStreamEntry(reader: ByteReader): TransactionStreamEntry {
  switch (reader.uint8()) {
    case 0:
      return { kind: 'end', sourceDateMs: reader.int64() }
    case 1: {
      const transactionId = reader.int64()
      const handle = reader.text(BLOCK_BYTES_MAX)
      const action = actions[reader.uint8()]
      if (action === undefined) throw new BytesError('unknown action')
      const dateMs = reader.int64()
      const values = hasValues(action) ? readSizedValues(reader) : []
      return { kind: 'transaction', transactionId, handle, action, dateMs, values }
    }
    case 2:
      return { kind: 'queue', name: reader.text(BLOCK_BYTES_MAX) }
    case 3:
      return { kind: 'queue-end', dateMs: reader.int64() }
    default:
      throw new BytesError('unknown entry in a stream of changes')
  }
}

/** Writes one entry of a dump (§6 Replication streams). */
export function encodeDumpStreamEntry(writer: ByteWriter, entry: DumpStreamEntry): void {
  switch (entry.kind) {
    case 'this-server':
      writer.uint8(0).int64(entry.dateMs).int64(entry.transactionId)
      return
    case 'record':
      writer.uint8(1).text(entry.handle)
      writeSizedValues(writer, entry.values)
      return
    case 'homed-prefix':
      writer.uint8(2).text(entry.prefix)
      return
    case 'record-date':
    case 'prefix-date':
      writer.uint8(entry.kind === 'record-date' ? 3 : 4).text(entry.name).int64(entry.dateMs)
      return
    case 'other-site':
      writer.uint8(5).text(entry.table)
      return
    case 'done':
      writer.uint8(0xff)
  }
}

/** Reads one entry of a dump (§6 Replication streams). @throws BytesError */
export function decodeDumpStreamEntry(reader: ByteReader): DumpStreamEntry {
  const type = reader.uint8()
  switch (type) {
    case 0:
      return { kind: 'this-server', dateMs: reader.int64(), transactionId: reader.int64() }
    case 1:
      return {
        kind: 'record', handle: reader.text(BLOCK_BYTES_MAX), values: readSizedValues(reader),
      }
    case 2:
      return { kind: 'homed-prefix', prefix: reader.text(BLOCK_BYTES_MAX) }
    case 3:
    case 4: {
      const kind = type === 3 ? 'record-date' : 'prefix-date'
      return { kind, name: reader.text(BLOCK_BYTES_MAX), dateMs: reader.int64() }
    }
    case 5:
      return { kind: 'other-site', table: reader.text(BLOCK_BYTES_MAX) }
    case 0xff:
      return { kind: 'done' }
    default:
      throw new BytesError('unknown entry in a dump')
  }
}

function hasValues(action: TransactionAction): boolean {
  return action === 'create' || action === 'update'
}

function writeSizedValues(writer: ByteWriter, values: readonly HandleValue[]): void {
  writer.int32(values.length)
  for (const value of values) writer.block(encodeValue(value))
}

function readSizedValues(reader: ByteReader): HandleValue[] {
  const count = reader.count(VALUE_COUNT_MAX, smallestEntryBytes)
  const values: HandleValue[] = []
  for (let i = 0; i < count; i++) values.push(decodeValue(reader.block(BLOCK_BYTES_MAX)))
  return values
}
