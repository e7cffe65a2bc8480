import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodeSecretKeyAnswer } from '../../src/wire/challenge-answer.ts'
import { signedInput } from '../../src/wire/credential.ts'
import { digestRequest } from '../../src/wire/digest.ts'
import { namesOfOpFlags, opFlags } from '../../src/wire/flags.ts'
import {
  decodeHeaderAndBody,
  decodeMessage,
  decodePacket,
  encodeMessage,
  encodePacket,
} from '../../src/wire/message.ts'
import { decodeEnvelope } from '../../src/wire/envelope.ts'
import { versionOf } from '../../src/wire/version.ts'
import { envelopes, messages } from './arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('packets of 9.3.1', async (t) => {
  const { packets } = loadVectors('handle-9.3.1')
  t.equal(packets.length, 31)
  for (const vector of packets) {
    const bytes = hex(vector.hex)
    const { envelope, message } = decodePacket(bytes)
    const { messageLength, ...rest } = envelope
    t.equal(messageLength, bytes.length - 20)
    t.strictSame(rest, vector.envelope, vector.name)
    const { body, credential, digest, opFlags: flags, ...header } = message
    t.strictSame(header, vector.header, vector.name)
    t.strictSame(namesOfOpFlags(flags), vector.opFlags, vector.name)
    t.strictSame(plain(body), vector.body, vector.name)
    t.strictSame(plain(credential), vector.credential, vector.name)
    t.strictSame(plain(digest), vector.digest, vector.name)
    t.ok(encodePacket(envelope, message).equals(bytes), vector.name)
    for (const other of offByOne(bytes)) t.throws(() => decodePacket(other), BytesError)
    // The same with an envelope that tells the truth about the message's new length.
    for (const other of offByOne(bytes.subarray(20))) {
      t.throws(() => decodeMessage(other), BytesError, vector.name)
    }
  }
})

const flagNames: Record<string, string> = {
  returnRequestDigest: 'returnDigest',
}

t.test('messages of 9.2', async (t) => {
  const { messages } = loadVectors('handle-9.2')
  t.equal(messages.length, 27)
  for (const vector of messages) {
    const bytes = hex(vector.hex)
    const message = decodeMessage(bytes)
    t.equal(message.opcode, vector.opCode, vector.name)
    t.equal(message.responseCode, vector.responseCode, vector.name)
    t.equal(message.siteSerial, vector.siteInfoSerial & 0xffff, vector.name)
    t.equal(message.recursionCount, vector.recursionCount)
    t.equal(message.expiration, vector.expiration)
    const set = Object.keys(vector.opFlags).filter((name) => vector.opFlags[name])
    const names = set.map((name) => flagNames[name] ?? name)
    t.strictSame(namesOfOpFlags(message.opFlags).sort(), names.sort(), vector.name)
    t.equal(message.digest?.bytes.toString('hex') ?? '', vector.requestDigestHex)
    t.strictSame(oldForm(message.body), expectedBody(vector), vector.name)
    if ('requestHex' in vector.body) {
      const digested = decodeHeaderAndBody(hex(vector.body.requestHex))
      t.strictSame(digestRequest('sha256', digested), message.digest)
    }
    t.ok(encodeMessage(message).equals(bytes), vector.name)
    for (const other of offByOne(bytes)) t.throws(() => decodeMessage(other), BytesError)
  }
})

/** A decoded body in the words of the vectors of 9.2. */
function oldForm(body: object): unknown {
  const { kind, ...fields } = plain(body) as Record<string, unknown>
  if (kind === 'site') return { kind }
  if (kind === 'referral') return { ...fields, values: oldValues(fields['values'] ?? []) }
  if (kind === 'error') return { message: fields['message'] }
  if (kind === 'challenge') return { nonceHex: fields['nonce'] }
  if (kind === 'challenge-answer') {
    const { answer, ...rest } = fields
    return { ...rest, responseHex: answer }
  }
  if (kind === 'record') return { ...fields, values: oldValues(fields['values']) }
  return fields
}

function oldValues(values: unknown): unknown {
  if (!Array.isArray(values)) return values
  return values.map((value) => ({ ...value, ttlType: value.ttlType === 'absolute' ? 1 : 0 }))
}

 
function expectedBody({ body }: any): unknown {
  if ('site' in body) return { kind: 'site' }
  if ('nonceHex' in body) return { nonceHex: body.nonceHex }
  if ('requestHex' in body) return { handle: body.handle, values: body.values }
  if (!('indexes' in body)) return body
  return { ...body, indexes: body.indexes.map((index: number) => index >>> 0) }
}

t.test('the capture of client and server', async (t) => {
  const { capture } = loadVectors('handle-9.3.1')
  const bytesOf = new Map<string, Buffer>()
  for (const { name, hex: text } of capture) bytesOf.set(name, hex(text))
  t.equal(bytesOf.size, 16)
  for (const [name, bytes] of bytesOf) {
    const envelope = decodeEnvelope(bytes.subarray(0, 20))
    t.equal(envelope.messageLength, bytes.length - 20)
    if (name === '8S') {
      t.ok(envelope.encrypted)
      t.throws(() => decodePacket(bytes), BytesError)
      continue
    }
    const packet = decodePacket(bytes)
    t.ok(encodePacket(packet.envelope, packet.message).equals(bytes), name)
    for (const other of offByOne(bytes)) t.throws(() => decodePacket(other), BytesError, name)
  }
  const asked = { '1S': '1C', '4S': '4C' } as Record<string, string>
  for (const [answer, question] of Object.entries(asked)) {
    const digested = decodeHeaderAndBody(bytesOf.get(question)!.subarray(20))
    const { digest } = decodePacket(bytesOf.get(answer)!).message
    t.ok(digest?.bytes.equals(hash('sha256', digested, 'buffer')), `${answer} digests ${question}`)
  }
  // The challenges 2S and 5S digest the creations 2C and 5C.
  for (const name of ['2', '5']) {
    const digested = decodeHeaderAndBody(bytesOf.get(`${name}C`)!.subarray(20))
    const { digest } = decodePacket(bytesOf.get(`${name}S`)!).message
    t.ok(digest?.bytes.equals(hash('sha256', digested, 'buffer')), name)
  }
  const answer = decodePacket(bytesOf.get('6C')!).message.body
  t.ok(answer.kind === 'challenge-answer')
  if (answer.kind === 'challenge-answer') {
    t.equal(decodeSecretKeyAnswer(answer.answer).algorithm, 'pbkdf2-hmac-sha1')
  }
  const signed = decodePacket(bytesOf.get('1S')!)
  t.equal(signed.message.credential?.type, 'HS_SIGNED')
  const input = signedInput(
    signed.envelope, 0, decodeHeaderAndBody(bytesOf.get('1S')!.subarray(20)),
  )
  t.equal(input?.length, 16 + 24 + 332)
})

t.test('generated packets', async (t) => {
  holds(t, 'every generated case', 
    fc.property(envelopes, messages, (envelope, message) => {
      const version = versionOf(envelope.major, envelope.minor)
      const bytes = encodePacket(envelope, message)
      const again = decodePacket(bytes)
      assert.deepStrictEqual(plain(again.message), plain(message))
      assert.deepStrictEqual(again.envelope, { ...envelope, messageLength: bytes.length - 20 })
      assert.ok(encodeMessage(again.message, version).equals(bytes.subarray(20)))
    }),
    { numRuns: 2000 },
  )
})

t.test('leniency of the peers', async (t) => {
  const { packets } = loadVectors('handle-9.3.1')
  const bytes = hex(packets[0].hex).subarray(20)
  const message = decodeMessage(bytes)
  const lenient = (other: Buffer): unknown => decodeMessage(other, { lenient: true })
  t.strictSame(lenient(bytes.subarray(0, -4)), message, 'no credential length')
  t.strictSame(lenient(bytes.subarray(0, -1)), message, 'half a credential length')
  t.strictSame(lenient(Buffer.concat([bytes, hex('ffff')])), message, 'more bytes')
  const long = Buffer.from(bytes)
  long.writeInt32BE(10_000, 20)
  t.strictSame(lenient(long), message, 'a body length beyond the end')
  t.throws(() => decodeMessage(long), BytesError)
})

t.test('what no message is', async (t) => {
  t.throws(() => decodeMessage(Buffer.alloc(0)), BytesError)
  t.throws(() => decodeMessage(Buffer.alloc(300_000)), BytesError)
  const { packets } = loadVectors('handle-9.3.1')
  const bytes = Buffer.from(hex(packets[0].hex).subarray(20))
  bytes.writeInt32BE(106, 0)
  t.throws(() => decodeMessage(bytes), BytesError, 'an opcode that has no layout here')
  t.throws(() => encodeMessage({
    opcode: 1, responseCode: 1, opFlags: opFlags('returnDigest'), siteSerial: 1,
    recursionCount: 0, expiration: 0, digest: null, body: { kind: 'empty' }, credential: null,
  }), RangeError)
})
