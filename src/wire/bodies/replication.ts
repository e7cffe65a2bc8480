import { type ByteReader, type ByteWriter, BytesError } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../../record/limits.ts'
import { versionOf, type WireVersion } from '../version.ts'

/** Which share of a site's records a mirror wants: those whose hash falls to its server. */
export interface ReplicationShare {
  /** 0 prefix, 1 suffix, 2 whole name. */
  readonly hashType: number
  readonly serverCount: number
  readonly serverNumber: number
}

/** A wish for the changes after a point, opcode 1001. */
export interface TransactionsBody {
  readonly kind: 'transactions'
  readonly since:
    | { readonly form: 'single-source'; readonly transactionId: bigint; readonly dateMs: bigint }
    /** JSON text with a point for each source. */
    | { readonly form: 'state'; readonly state: string }
  readonly share: ReplicationShare
}

/** The answer to it, before the stream (§6 Replication streams). */
export interface TransactionsStartBody {
  readonly kind: 'transactions-start'
  readonly keepAlive: boolean
}

/** A wish for all records, opcode 1002. */
export interface DumpBody {
  readonly kind: 'dump'
  readonly share: ReplicationShare
  /** Where to go on, in one of four kinds; null for the beginning. */
  readonly start: { readonly point: string; readonly type: number } | null
}

const leadingByteSince = versionOf(2, 9)

/** Writes a wish for changes; before 2.9 it has no form byte (§4 Bodies). */
export function encodeTransactions(
  writer: ByteWriter,
  body: TransactionsBody,
  version: WireVersion,
): void {
  const { since } = body
  if (version >= leadingByteSince) writer.uint8(since.form === 'state' ? 1 : 0)
  if (since.form === 'state') writer.text(since.state)
  else writer.int64(since.transactionId).int64(since.dateMs)
  encodeShare(writer, body.share)
}

/** Reads a wish for changes (§4 Bodies). @throws BytesError */
export function decodeTransactions(reader: ByteReader, version: WireVersion): TransactionsBody {
  const form = version >= leadingByteSince ? reader.uint8() : 0
  if (form > 1) throw new BytesError('unknown form of replication state')
  const since: TransactionsBody['since'] = form === 1
    ? { form: 'state', state: reader.text(BLOCK_BYTES_MAX) }
    : { form: 'single-source', transactionId: reader.int64(), dateMs: reader.int64() }
  return { kind: 'transactions', since, share: decodeShare(reader) }
}

/** Writes the answer before a stream of changes (§4 Bodies). */
export function encodeTransactionsStart(writer: ByteWriter, body: TransactionsStartBody): void {
  writer.uint8(body.keepAlive ? 1 : 0)
}

/** Reads the answer before a stream of changes (§4 Bodies). @throws BytesError */
export function decodeTransactionsStart(reader: ByteReader): TransactionsStartBody {
  const byte = reader.uint8()
  if (byte > 1) throw new BytesError('unknown stream options')
  return { kind: 'transactions-start', keepAlive: byte === 1 }
}

/** Writes a wish for all records (§4 Bodies). */
export function encodeDump(writer: ByteWriter, body: DumpBody): void {
  encodeShare(writer, body.share)
  if (body.start !== null) writer.text(body.start.point).int32(body.start.type)
}

/** Reads a wish for all records (§4 Bodies). @throws BytesError */
export function decodeDump(reader: ByteReader): DumpBody {
  const share = decodeShare(reader)
  if (reader.remaining === 0) return { kind: 'dump', share, start: null }
  const point = reader.text(BLOCK_BYTES_MAX)
  const type = reader.int32()
  if (type < 0 || type > 3) throw new BytesError('unknown kind of starting point')
  return { kind: 'dump', share, start: { point, type } }
}

function encodeShare(writer: ByteWriter, share: ReplicationShare): void {
  writer.uint8(share.hashType).int32(share.serverCount).int32(share.serverNumber)
}

function decodeShare(reader: ByteReader): ReplicationShare {
  return {
    hashType: reader.uint8(), serverCount: reader.uint32(), serverNumber: reader.uint32(),
  }
}
