import { createVerify, sign, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import type { SessionProof } from '../../src/registry/administration.ts'
import { encodeRsaPublicKey } from '../../src/registry/signer.ts'
import { answerWithSecretKey } from '../../src/wire/challenge-answer.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { proofOf } from '../support/access-matrix.ts'
import { createAdministrator } from '../support/administrator.ts'

const origin = { transport: 'https', address: '192.0.2.1' } as const
const clientNonce = Buffer.from('client nonce')
const { identity, secret } = proofOf('reader')!

t.test('a session, proven by secret in every form, or by signature', async (t) => {
  const { administrator, registry } = createAdministrator(t)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  registry.execute([{
    operation: 'put', key: keyOf('88.1/KEY'), name: '88.1/KEY',
    block: encodeValues([createValue(300, 'HS_PUBKEY', encodeRsaPublicKey(rsa.publicKey))]),
  }], 'test')
  const open = async () => {
    const opened = await administrator.openSession(null, origin)
    if (opened.kind !== 'session') throw new Error(opened.kind)
    return opened.session
  }
  const forms = [
    ['MD5', 'md5'], ['SHA', 'sha1'], ['SHA-1', 'sha1'], ['SHA256', 'sha256'],
    ['HMAC-SHA1', 'hmac-sha1'], ['HMAC-SHA256', 'hmac-sha256'],
  ] as const
  for (const [algorithm, form] of forms) {
    const { sessionId, nonce } = await open()
    const { mac } = answerWithSecretKey(
      { algorithm: form }, secret, Buffer.concat([nonce, clientNonce]))
    const proof: SessionProof = {
      identity, type: 'HS_SECKEY', clientNonce, algorithm, signature: mac, stretching: null,
    }
    t.match(await administrator.proveSession(sessionId, proof, origin), {
      kind: 'session', session: { sessionId, authenticated: identity },
    }, algorithm)
  }
  const stretched = await open()
  const stretching = { salt: Buffer.from('salt'), rounds: 100, keyBits: 160 }
  const { mac } = answerWithSecretKey({ algorithm: 'pbkdf2-hmac-sha1', ...stretching }, secret,
    Buffer.concat([stretched.nonce, clientNonce]))
  const proof: SessionProof = {
    identity, type: 'HS_SECKEY', clientNonce, algorithm: 'PBKDF2WithHmacSHA1', signature: mac,
    stretching,
  }
  t.match(await administrator.proveSession(stretched.sessionId, proof, origin), {
    kind: 'session',
  })
  const unbearable = { ...proof, stretching: { ...stretching, rounds: 1e9 } }
  t.match(await administrator.proveSession(stretched.sessionId, unbearable, origin), {
    kind: 'wrong-proof',
  })
  const signed = await open()
  const signature = sign(
    'sha1', Buffer.concat([signed.nonce, clientNonce]), rsa.privateKey)
  t.match(await administrator.proveSession(signed.sessionId, {
    identity: { handle: '88.1/KEY', index: 300 }, type: 'HS_PUBKEY', clientNonce,
    algorithm: 'sha1', signature, stretching: null,
  }, origin), { kind: 'session' })
})

t.test('a wrong proof proves nothing, an unknown session is no session', async (t) => {
  const { administrator } = createAdministrator(t)
  const opened = await administrator.openSession(null, origin)
  if (opened.kind !== 'session') return
  const { sessionId } = opened.session
  const wrong: SessionProof = {
    identity, type: 'HS_SECKEY', clientNonce, algorithm: 'MD5', signature: Buffer.alloc(16),
    stretching: null,
  }
  t.match(await administrator.proveSession(sessionId, wrong, origin), { kind: 'wrong-proof' })
  t.match(await administrator.findSession(sessionId), { session: { authenticated: null } })
  t.match(await administrator.proveSession(sessionId, { ...wrong, algorithm: 'X' }, origin), {
    kind: 'wrong-proof', message: /algorithm/,
  })
  t.same(await administrator.proveSession('x', wrong, origin), { kind: 'unknown-session' })
  await administrator.closeSession(sessionId)
  t.same(await administrator.findSession(sessionId), { kind: 'unknown-session' })
})

t.test('the node proves itself to a client that gives a nonce', async (t) => {
  const { administrator, nodePublicKey } = createAdministrator(t)
  const opened = await administrator.openSession(clientNonce, origin)
  if (opened.kind !== 'session') return
  const { nonce, server } = opened.session
  t.ok(createVerify('sha256').update(nonce).update(clientNonce)
    .verify(nodePublicKey, server!.signature))
})
