import assert from 'node:assert/strict'
import { createVerify } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodePublicKey } from '../../src/record/public-key.ts'
import { createKeyObject } from '../../src/record/public-key-der.ts'
import {
  answerWithSecretKey,
  decodeSecretKeyAnswer,
  decodeSignatureAnswer,
  encodeSecretKeyAnswer,
  encodeSignatureAnswer,
  isSecretKeyAnswerRight,
  secretAlgorithmOf,
} from '../../src/wire/challenge-answer.ts'
import { digestRequest } from '../../src/wire/digest.ts'
import { decodeHeaderAndBody } from '../../src/wire/message.ts'
import { bytes, text } from './arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('answers of 9.3.1', async (t) => {
  const { secretHex, nonceHex, requestDigestHex, answers } =
    loadVectors('handle-9.3.1').secretKeyAnswers
  const challenge = hex(`${String(nonceHex)}${String(requestDigestHex)}`)
  for (const vector of answers) {
    const answer = decodeSecretKeyAnswer(hex(vector.hex))
    t.equal(answer.algorithm, vector.algorithm)
    t.equal(encodeSecretKeyAnswer(answer).toString('hex'), vector.hex)
    t.strictSame(plain(answerWithSecretKey(answer, hex(secretHex), challenge)), plain(answer))
    t.ok(await isSecretKeyAnswerRight(answer, hex(secretHex), challenge))
    t.notOk(await isSecretKeyAnswerRight(answer, hex('00'), challenge))
    for (const other of offByOne(hex(vector.hex))) {
      t.throws(() => decodeSecretKeyAnswer(other), BytesError)
    }
  }
})

t.test('answers of 9.2', async (t) => {
  for (const vector of loadVectors('handle-9.2').challengeAnswers) {
    const digest = digestRequest('sha256', decodeHeaderAndBody(hex(vector.requestHex)))
    t.equal(digest.bytes.toString('hex'), vector.requestDigestHex)
    const challenge = Buffer.concat([hex(vector.nonceHex), digest.bytes])
    const answerBytes = hex(vector.answerHex)
    if (vector.secretKey !== undefined) {
      const answer = decodeSecretKeyAnswer(answerBytes)
      t.ok(await isSecretKeyAnswerRight(answer, Buffer.from(vector.secretKey), challenge))
      t.ok(encodeSecretKeyAnswer(answer).equals(answerBytes))
      continue
    }
    const answer = decodeSignatureAnswer(answerBytes)
    t.equal(answer.hashName, 'SHA-256')
    t.ok(encodeSignatureAnswer(answer).equals(answerBytes))
    const key = createKeyObject(decodePublicKey(hex(vector.publicKeyHex)))
    t.ok(key !== undefined && createVerify('sha256').update(challenge).verify(key,
      answer.signature))
    for (const other of offByOne(answerBytes)) {
      t.throws(() => decodeSignatureAnswer(other), BytesError)
    }
  }
})

t.test('forms without a vector', async (t) => {
  const secret = Buffer.from('secret')
  for (const algorithm of ['md5-old', 'md5', 'sha256'] as const) {
    const answer = answerWithSecretKey({ algorithm }, secret, hex('00'))
    t.strictSame(decodeSecretKeyAnswer(encodeSecretKeyAnswer(answer)), answer)
  }
  holds(t, 'every generated case', fc.property(text, bytes, (hashName, signature) => {
    const answer = { hashName, signature }
    const decoded = decodeSignatureAnswer(encodeSignatureAnswer(answer))
    assert.deepStrictEqual(plain(decoded), plain(answer))
  }))
})

t.test('names of algorithms, with dashes or without, in any case', async (t) => {
  const cases: [name: string, algorithm: string | undefined][] = [
    ['MD5', 'md5'], ['sha', 'sha1'], ['SHA-1', 'sha1'], ['sha-2', 'sha256'], ['SHA256', 'sha256'],
    ['hmac-sha-1', 'hmac-sha1'], ['HmacSHA256', 'hmac-sha256'],
    ['PBKDF2-HMAC-SHA1', 'pbkdf2-hmac-sha1'], ['PBKDF2WithHmacSHA1', 'pbkdf2-hmac-sha1'],
    ['', undefined], ['md5-old', undefined], ['SHA512', undefined], ['constructor', undefined],
  ]
  for (const [name, algorithm] of cases) t.equal(secretAlgorithmOf(name), algorithm, name)
})

t.test('work that a stranger may not ask for', async (t) => {
  for (const [rounds, bits] of [
    ['00000000', '000000a0'], ['7fffffff', '000000a0'], ['00002710', '7fffffff'],
    ['00002710', '00000007'],
  ]) {
    t.throws(() => decodeSecretKeyAnswer(hex(`2200000000${rounds}${bits}00000000`)), BytesError)
  }
})
