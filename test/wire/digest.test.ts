import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ByteReader, BytesError, ByteWriter } from '../../src/lib/bytes.ts'
import {
  decodeDigest,
  digestAlgorithmOf,
  digestRequest,
  encodeDigest,
} from '../../src/wire/digest.ts'
import { decodeHeaderAndBody, decodePacket } from '../../src/wire/message.ts'
import { versionOf } from '../../src/wire/version.ts'
import { digests } from './arbitraries.ts'
import { hex, loadVectors, plain } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('generated digests', async (t) => {
  holds(t, 'every generated case', fc.property(digests, (digest) => {
    const writer = new ByteWriter()
    encodeDigest(writer, digest)
    const bytes = writer.finish()
    assert.deepStrictEqual(plain(decodeDigest(new ByteReader(bytes))), plain(digest))
    assert.throws(() => decodeDigest(new ByteReader(bytes.subarray(0, -1))), BytesError)
  }))
  t.throws(() => decodeDigest(new ByteReader(hex('04'))), BytesError)
})

t.test('by version', async (t) => {
  t.equal(digestAlgorithmOf(versionOf(2, 11)), 'sha256')
  t.equal(digestAlgorithmOf(versionOf(2, 7)), 'sha256')
  t.equal(digestAlgorithmOf(versionOf(2, 6)), 'sha1')
  t.equal(digestAlgorithmOf(versionOf(2, 0)), 'md5-old')
})

t.test('of a request', async (t) => {
  const { packets } = loadVectors('handle-9.3.1')
  const named = (name: string): Buffer =>
    hex(packets.find((packet: { name: string }) => packet.name.startsWith(name)).hex)
  const request = named('DELETE_HANDLE request').subarray(20)
  const challenge = decodePacket(named('challenge to DELETE')).message
  t.strictSame(digestRequest('sha256', decodeHeaderAndBody(request)), challenge.digest)
})
