import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodeEnvelope, encodeEnvelope } from '../../src/wire/envelope.ts'
import { uint32, uint8 } from './arbitraries.ts'
import { hex, loadVectors, offByOne } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('vectors', async (t) => {
  for (const { hex: bytes, ...vector } of loadVectors('handle-9.2').envelopes) {
    const envelope = decodeEnvelope(hex(bytes))
    t.strictSame(envelope, {
      major: vector.majorVersion, minor: vector.minorVersion,
      suggestedMajor: vector.suggestMajorVersion, suggestedMinor: vector.suggestMinorVersion,
      compressed: vector.compressed, encrypted: vector.encrypted, truncated: vector.truncated,
      sessionId: vector.sessionId >>> 0, requestId: vector.requestId >>> 0,
      sequence: vector.sequenceNumber, messageLength: vector.messageLength,
    })
    t.equal(encodeEnvelope(envelope).toString('hex'), bytes)
    for (const other of offByOne(hex(bytes))) t.throws(() => decodeEnvelope(other), BytesError)
  }
})

t.test('generated envelopes', async (t) => {
  const envelopes = fc.record({
    major: uint8, minor: uint8, suggestedMajor: fc.integer({ min: 0, max: 3 }),
    suggestedMinor: uint8, compressed: fc.boolean(), encrypted: fc.boolean(),
    truncated: fc.boolean(), sessionId: uint32, requestId: uint32, sequence: uint32,
    messageLength: fc.integer({ min: 0, max: 262_144 }),
  }, { noNullPrototype: true })
  holds(t, 'every generated case', fc.property(envelopes, (envelope) => {
    assert.deepStrictEqual(decodeEnvelope(encodeEnvelope(envelope)), envelope)
  }))
})
