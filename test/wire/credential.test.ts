import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { MacKey } from '../../src/lib/mac.ts'
import {
  createSessionCredential,
  decodeCredential,
  encodeCredential,
  isSessionCredentialValid,
  signedInput,
} from '../../src/wire/credential.ts'
import { decodeHeaderAndBody, decodePacket } from '../../src/wire/message.ts'
import { credentials } from './arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from './vectors.ts'
import { holds } from '../support/property.ts'

t.test('generated credentials', async (t) => {
  holds(t, 'every generated case', fc.property(credentials, (credential) => {
    const bytes = encodeCredential(credential)
    assert.deepStrictEqual(plain(decodeCredential(bytes)), plain(credential))
    for (const other of offByOne(bytes)) assert.throws(() => decodeCredential(other), BytesError)
  }))
})

t.test('the MAC of a session', async (t) => {
  const { packets } = loadVectors('handle-9.3.1')
  const vector = packets.find((one: { name: string }) => one.name.startsWith('SESSION_TERMINATE'))
  const { envelope, message } = decodePacket(hex(vector.hex))
  const part = decodeHeaderAndBody(hex(vector.hex).subarray(20))
  const key = new MacKey(hex('0102030405060708090a0b0c0d0e0f10'))
  t.strictSame(createSessionCredential(key, envelope, 3, part), message.credential)
  const { credential } = message
  t.ok(credential)
  if (credential === null) return
  t.ok(isSessionCredentialValid(credential, key, envelope, part))
  t.notOk(isSessionCredentialValid(credential, key, { ...envelope, requestId: 1 }, part))
  t.notOk(isSessionCredentialValid({ ...credential, sessionCounter: 4 }, key, envelope, part))
  t.notOk(isSessionCredentialValid({ ...credential, type: 'HS_SIGNED' }, key, envelope, part))
})

t.test('what is signed, by version', async (t) => {
  const envelope = {
    major: 2, minor: 11, suggestedMajor: 2, suggestedMinor: 11, sessionId: 9, requestId: 5,
  }
  const part = hex('aa')
  const input = (minor: number): string | undefined =>
    signedInput({ ...envelope, minor }, 3, part)?.toString('hex')
  t.equal(input(11), '020b020b000000090000000500000003aa')
  t.equal(input(7), '0207000000090000000500000003aa')
  t.equal(input(6), undefined)
  t.equal(input(4), 'aa')
})
