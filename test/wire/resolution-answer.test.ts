import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { OFFSET, OP_FLAG } from '../../src/wire/layout.ts'
import { decodePacket, encodePacket, type Packet } from '../../src/wire/message.ts'
import { readResolutionAnswer, type ResolutionAnswer } from
  '../../src/wire/resolution-answer.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { digests, envelopes, references, text, uint32, uint8, values } from './arbitraries.ts'
import { holds } from '../support/property.ts'

const few = fc.array(values, { maxLength: 4 })
const bodies = fc.oneof(
  fc.record({
    code: fc.constant(1), body: fc.record({ kind: fc.constant('record' as const), handle: text,
      values: few }),
  }),
  fc.record({
    code: fc.constantFrom(302, 303), body: fc.record({ kind: fc.constant('referral' as const),
      handle: text, values: fc.option(few) }),
  }),
  fc.record({
    code: fc.constantFrom(2, 100, 200, 301), body: fc.record({ kind: fc.constant('error' as const),
      message: text, indexes: fc.constant(null) }),
  }),
)
const answers = fc.record({
  envelope: envelopes, said: bodies, digest: fc.option(digests), expiration: uint32,
  recursionCount: uint8, flags: uint32,
}).map(({ envelope, said: { code, body }, digest, expiration, recursionCount, flags }) => {
  const others = (flags & ~OP_FLAG.returnDigest) >>> 0
  return encodePacket(envelope, {
    opcode: 1, responseCode: code, siteSerial: 1, recursionCount, expiration, digest, body,
    opFlags: digest === null ? others : (others | OP_FLAG.returnDigest) >>> 0, credential: null,
  })
})

/** What the decoder of all messages says, in the same form. */
function expected({ message }: Packet): ResolutionAnswer {
  const { opcode, responseCode: code, opFlags, expiration, digest, body } = message
  const rest = { opcode, code, opFlags, expiration, digest }
  switch (body.kind) {
    case 'record':
      return { ...rest, handle: body.handle, block: encodeValues(body.values), message: '' }
    case 'referral': {
      const block = body.values === null ? null : encodeValues(body.values)
      return { ...rest, handle: body.handle, block, message: '' }
    }
    case 'error':
      return { ...rest, handle: '', block: null, message: body.message }
    default:
      throw new Error(`no answer to a resolution: ${body.kind}`)
  }
}

const attempt = <T>(decode: () => T): T | 'refused' => {
  try {
    return decode()
  } catch (error) {
    if (error instanceof BytesError) return 'refused'
    throw error
  }
}

t.test('answers are read as the decoder of all messages reads them', async (t) => {
  holds(t, 'every generated case', fc.property(answers, (bytes) => {
    assert.deepStrictEqual(
      readResolutionAnswer(bytes), expected(decodePacket(bytes, { lenient: true })))
  }))
  holds(t, 'or cut short', fc.property(answers, fc.nat(), (bytes, at) => {
    const cut = bytes.subarray(0, at % bytes.length)
    assert.throws(() => readResolutionAnswer(cut), BytesError)
  }))
})

t.test('broken ones are refused by both', async (t) => {
  const property = fc.property(answers, fc.nat(), uint8, (bytes, place, byte) => {
    // The opcode and code say what it is; the rest is what it says.
    const at = OFFSET.body + place % (bytes.length - OFFSET.body - 4)
    const changed = Buffer.from(bytes)
    changed[at] = byte
    const wanted = attempt(() => expected(decodePacket(changed, { lenient: true })))
    const got = attempt(() => readResolutionAnswer(changed))
    // Nothing is made of the values that an error may be about.
    if (got !== 'refused' && got.handle === '' && got.block === null) return
    assert.deepStrictEqual(got, wanted)
  })
  holds(t, 'one byte changed', property, { numRuns: 2_000 })
})

t.test('what is no answer to a resolution', async (t) => {
  const [bytes = Buffer.alloc(0)] = fc.sample(answers, 1)
  const other = (offset: number, value: number): Buffer => {
    const changed = Buffer.from(bytes)
    changed.writeInt32BE(value, offset)
    return changed
  }
  t.throws(() => readResolutionAnswer(other(OFFSET.responseCode, 0)), /no answer/)
  t.throws(() => readResolutionAnswer(other(OFFSET.bodyLength, -1)), /negative/)
  t.throws(() => readResolutionAnswer(other(OFFSET.messageLength, 3)), /another length/)
  const record = other(OFFSET.responseCode, 1)
  record.writeInt32BE(2, OFFSET.opcode)
  t.throws(() => readResolutionAnswer(record), BytesError)
  for (const flag of [0x80, 0x40, 0x20]) {
    const changed = Buffer.from(bytes)
    changed[OFFSET.flags] = flag
    t.throws(() => readResolutionAnswer(changed), /in the clear/)
  }
})

t.test('references are passed over too', async (t) => {
  const withReferences = fc.tuple(values, references).map(([value, list]) =>
    ({ ...value, references: list }))
  holds(t, 'every generated case', fc.property(withReferences, envelopes, (value, envelope) => {
    const bytes = encodePacket(envelope, {
      opcode: 1, responseCode: 1, siteSerial: 1, recursionCount: 0, expiration: 0, digest: null,
      opFlags: 0, credential: null, body: { kind: 'record', handle: '88.1/X', values: [value] },
    })
    assert.deepStrictEqual(readResolutionAnswer(bytes).block, encodeValues([value]))
  }))
})
