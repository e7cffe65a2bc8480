import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ByteReader, BytesError, ByteWriter } from '../../src/lib/bytes.ts'
import * as stream from '../../src/wire/stream.ts'
import { bytes, int64, text, values } from './arbitraries.ts'
import { hex, plain } from './vectors.ts'
import { holds } from '../support/property.ts'

const is = <T extends string>(kind: T): fc.Arbitrary<T> => fc.constant(kind)
const list = fc.array(values, { maxLength: 3 })

const entries: fc.Arbitrary<stream.TransactionStreamEntry> = fc.oneof(
  fc.record({
    kind: is('transaction'), transactionId: int64, handle: text, dateMs: int64, values: list,
    action: fc.constantFrom('create' as const, 'update' as const),
  }),
  fc.record({
    kind: is('transaction'), transactionId: int64, handle: text, dateMs: int64,
    values: fc.constant([]), action: fc.constantFrom('delete' as const, 'home' as const,
      'delete-all' as const),
  }),
  fc.record({ kind: is('queue'), name: text }),
  fc.record({ kind: is('queue-end'), dateMs: int64 }),
  fc.record({ kind: is('end'), sourceDateMs: int64 }),
)

const dumps: fc.Arbitrary<stream.DumpStreamEntry> = fc.oneof(
  fc.record({ kind: is('this-server'), dateMs: int64, transactionId: int64 }),
  fc.record({ kind: is('record'), handle: text, values: list }),
  fc.record({ kind: is('homed-prefix'), prefix: text }),
  fc.record({ kind: fc.constantFrom('record-date' as const, 'prefix-date' as const),
    name: text, dateMs: int64 }),
  fc.record({ kind: is('other-site'), table: text }),
  fc.constant({ kind: 'done' as const }),
)

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter()
  write(writer)
  return writer.finish()
}

t.test('generated entries', async (t) => {
  holds(t, 'every generated case', fc.property(entries, (entry) => {
    const all = written((writer) => stream.encodeTransactionStreamEntry(writer, entry))
    const decoded = stream.decodeTransactionStreamEntry(new ByteReader(all))
    assert.deepStrictEqual(plain(decoded), plain(entry))
    const shorter = new ByteReader(all.subarray(0, -1))
    assert.throws(() => stream.decodeTransactionStreamEntry(shorter), BytesError)
  }))
  holds(t, 'every generated case', fc.property(dumps, (entry) => {
    const all = written((writer) => stream.encodeDumpStreamEntry(writer, entry))
    assert.deepStrictEqual(plain(stream.decodeDumpStreamEntry(new ByteReader(all))), plain(entry))
    const short = new ByteReader(all.subarray(0, -1))
    assert.throws(() => stream.decodeDumpStreamEntry(short), BytesError)
  }))
})

t.test('the start of a stream', async (t) => {
  const starts =
    [{ kind: 'signed', hashName: 'SHA1' }, { kind: 'unsigned' }, { kind: 'tls' }] as const
  for (const start of starts) {
    const all = written((writer) => stream.encodeStreamStart(writer, start))
    t.strictSame(stream.decodeStreamStart(new ByteReader(all)), start)
  }
  for (const mustDump of [true, false]) {
    const all = written((writer) => stream.encodeTransactionStreamHead(writer, { mustDump }))
    t.strictSame(stream.decodeTransactionStreamHead(new ByteReader(all)), { mustDump })
  }
  const head = written(stream.encodeDumpStreamHead)
  t.equal(stream.decodeDumpStreamHead(new ByteReader(head)), undefined)
  holds(t, 'every generated case', fc.property(bytes, (signature) => {
    const all = written((writer) => stream.encodeStreamSignature(writer, signature))
    assert.ok(stream.decodeStreamSignature(new ByteReader(all)).equals(signature))
  }))
})

t.test('the start of an entry that was seen', async (t) => {
  const start = hex('01000000000000000100000006313233342f6101000001a20960ed2e00000000')
  const entry = stream.decodeTransactionStreamEntry(new ByteReader(start))
  t.strictSame(plain(entry), {
    kind: 'transaction', transactionId: '1', handle: '1234/a', action: 'create',
    dateMs: String(0x1a20960ed2e), values: [],
  })
})
