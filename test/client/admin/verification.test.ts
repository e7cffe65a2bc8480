import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import t, { type Test } from 'tap'
import { askVerification } from '../../../src/client/admin/verification.ts'
import { createOwnTarget } from '../../../src/client/upstream/targets.ts'
import { encodeRsaPublicKey } from '../../../src/registry/signer.ts'
import type { Body } from '../../../src/wire/body.ts'
import { encodeCredential, signedInput } from '../../../src/wire/credential.ts'
import { digestRequest } from '../../../src/wire/digest.ts'
import { encodeEnvelope } from '../../../src/wire/envelope.ts'
import { opFlags } from '../../../src/wire/flags.ts'
import { CODE, OPCODE } from '../../../src/wire/layout.ts'
import {
  decodeHeaderAndBody, decodePacket, encodeHeaderAndBody,
} from '../../../src/wire/message.ts'
import { startTcpPeer } from '../peers.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const siteKey = encodeRsaPublicKey(publicKey)
const question = {
  kind: 'verify-challenge', userHandle: '88/A', userIndex: 301, nonce: Buffer.alloc(16, 1),
  requestDigest: Buffer.alloc(32, 2), answer: Buffer.alloc(33, 3),
} as const
const verified = (valid: boolean): Body => ({ kind: 'verified', valid })
const error: Body = { kind: 'error', message: '', indexes: null }

/** A home that says something, signed with a key or not at all. */
async function startHome(
  t: Test, code: number, body: Body, key: KeyObject | null, digestOf = (bytes: Buffer) => bytes,
) {
  const peer = await startTcpPeer((chunk, socket) => {
    const { envelope, message } = decodePacket(chunk)
    if (message.opcode !== OPCODE.verifyChallenge) throw new Error('another question')
    const headerAndBody = encodeHeaderAndBody({
      ...message, responseCode: code, opFlags: opFlags('returnDigest', 'certify'),
      digest: digestRequest('sha256', digestOf(decodeHeaderAndBody(chunk.subarray(20)))), body,
    })
    const input = signedInput(envelope, 0, headerAndBody) ?? Buffer.alloc(0)
    const credential = key === null ? Buffer.alloc(0) : encodeCredential({
      version: 0, options: 0, signerHandle: '', sessionCounter: 0, type: 'HS_SIGNED',
      hashAlgorithm: 'SHA-256', signature: sign('sha256', input, key),
    })
    const length = Buffer.alloc(4)
    length.writeInt32BE(credential.length)
    const bytes = Buffer.concat([headerAndBody, length, credential])
    socket.write(Buffer.concat([
      encodeEnvelope({ ...envelope, messageLength: bytes.length }), bytes,
    ]))
  })
  t.teardown(() => peer.stop())
  const { host, port } = peer.address
  const doors = [{ protocol: 'udp', port: 1 }, { protocol: 'tcp', port }] as const
  return (publicKey: Buffer = siteKey) =>
    askVerification({ ...createOwnTarget(host, doors), publicKey }, question, 2000)
}

t.test('what a home says, signed with the key of its site', async (t) => {
  const { success } = CODE
  t.equal(await (await startHome(t, success, verified(true), privateKey))(), true)
  t.equal(await (await startHome(t, success, verified(false), privateKey))(), false)
  t.equal(await (await startHome(t, CODE.handleNotFound, error, privateKey))(), false)
  t.equal(await (await startHome(t, CODE.valuesNotFound, error, null))(), false)
  await t.rejects((await startHome(t, CODE.busy, error, privateKey))(), /can't say \(code 3\)/)
})

t.test('who is believed', async (t) => {
  const yes = [CODE.success, verified(true)] as const
  const unsigned = await startHome(t, ...yes, null)
  await t.rejects(unsigned(), /did not sign/)
  t.equal(await unsigned(Buffer.alloc(0)), true, 'its site names no key, as a root has none')
  await t.rejects((await startHome(t, ...yes, other.privateKey))(), /signature is wrong/)
  const elsewhere = await startHome(t, ...yes, privateKey, () => Buffer.from('another question'))
  await t.rejects(elsewhere(), /another request/)
  await t.rejects(unsigned(Buffer.from('no key')), /can't be trusted/)
})

t.test('there has to be a way to ask', async (t) => {
  const mute = createOwnTarget('127.0.0.1', [{ protocol: 'udp', port: 1 }])
  await t.rejects(askVerification(mute, question, 100), /no TCP door/)
})
