import fc from 'fast-check'
import t from 'tap'
import { createQuestion, readAnswer } from '../../src/client/question.ts'
import { ExchangeError } from '../../src/client/exchange.ts'
import type { Identifier } from '../../src/identifier/identifier.ts'
import { ByteWriter } from '../../src/lib/bytes.ts'
import { createValue } from '../../src/record/value.ts'
import { digestRequest, encodeDigest } from '../../src/wire/digest.ts'
import { CODE, ENVELOPE_BYTES, OFFSET, OP_FLAG } from '../../src/wire/layout.ts'
import { decodeQuestion, Question } from '../../src/wire/request.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { messageOf } from './peers.ts'

const identifier = '88.118.8/P0001' as Identifier
const values = [createValue(1, 'URL', 'https://node.example/1'), createValue(2, 'DESC', 'x')]
const handleText = (text: string): Buffer => new ByteWriter().text(text).finish()
const body = Buffer.concat([handleText('88.118.8/p0001'), encodeValues(values)])

t.test('a question is what the server reads', async (t) => {
  const request = createQuestion(identifier, { types: ['URL', 'email'], indexes: [1, 4294967295] })
  t.equal(request.readInt32BE(OFFSET.messageLength), request.length - ENVELOPE_BYTES)
  const question = new Question()
  t.equal(decodeQuestion(request, 0, request.length, question), undefined)
  t.match(question, {
    key: '88.118.8/P0001', indexes: [1, 4294967295], types: ['URL', 'EMAIL'], publicOnly: true,
  })
})

t.test('answers', async (t) => {
  const referral = Buffer.concat([handleText(''), encodeValues(values)])
  const cases: [string, Buffer, object][] = [
    ['found', messageOf(1, CODE.success, body), { code: 1, values }],
    ['no text', messageOf(1, CODE.handleNotFound, Buffer.alloc(0)), { code: 100, message: '' }],
    ['text', messageOf(1, CODE.error, handleText('sorry')), { code: 2, message: 'sorry' }],
    ['referral', messageOf(1, CODE.prefixReferral, referral), { handle: '', values }],
    ['service', messageOf(1, CODE.serviceReferral, handleText('0.S/x')), { handle: '0.S/x' }],
    ['challenge', messageOf(1, CODE.authenticationNeeded, Buffer.alloc(8)), { code: 402 }],
  ]
  for (const [what, message, expected] of cases) {
    t.match(readAnswer(message, identifier), expected, what)
  }
})

t.test('a request digest is passed over', async (t) => {
  for (const algorithm of ['sha256', 'sha1', 'md5', 'md5-old'] as const) {
    const writer = new ByteWriter()
    encodeDigest(writer, digestRequest(algorithm, Buffer.from('request')))
    const message = messageOf(1, CODE.success, Buffer.concat([writer.finish(), body]))
    message.writeInt32BE(OP_FLAG.returnDigest, OFFSET.opFlags)
    t.match(readAnswer(message, identifier), { values })
  }
})

t.test('answers that make no sense', async (t) => {
  const foreign = Buffer.concat([handleText('88.118.8/P0002'), encodeValues(values)])
  t.throws(() => readAnswer(messageOf(1, CODE.success, foreign), identifier), {
    message: /can't be read/,
  })
  for (let length = 0; length < body.length; length++) {
    const message = messageOf(1, CODE.success, body.subarray(0, length))
    t.throws(() => readAnswer(message, identifier), { message: /can't be read/ }, `${length} bytes`)
  }
})

t.test('mutated answers are read or refused', async () => {
  fc.assert(fc.property(fc.nat(body.length + 43), fc.nat(255), (at, byte) => {
    const message = messageOf(1, CODE.success, body)
    message[at] = byte
    try {
      readAnswer(message, identifier)
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
    }
  }), { numRuns: 2000 })
})
