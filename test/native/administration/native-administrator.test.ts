import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { keyOf } from '../../../src/identifier/identifier.ts'
import type { Command } from '../../../src/record/command.ts'
import { createValue } from '../../../src/record/value.ts'
import { encodeRsaPublicKey } from '../../../src/registry/signer.ts'
import type { Body } from '../../../src/wire/body.ts'
import type { Packet } from '../../../src/wire/message.ts'
import { encodeValues } from '../../../src/wire/values.ts'
import { ACCESS_MATRIX, proofOf, resetAccessRecords, WHO } from '../../support/access-matrix.ts'
import { createNativeAdministrator, ORIGIN, proverOf } from '../../support/native-administrator.ts'
import { byPrivateKey, bySecret } from '../../support/native-client.ts'

const handleAdmin = proverOf('handle admin')!
const prefixAdmin = proverOf('prefix admin')!
const codes = (packets: readonly Packet[]) => packets.map(({ message }) => message.responseCode)
const record = (handle: string, data = 'x'): Body =>
  ({ kind: 'record', handle, values: [createValue(1, 'URL', data)] })
const name = (handle: string): Body => ({ kind: 'name', handle })

/** A command as a request says it. */
const requestOf = (command: Command) => {
  switch (command.kind) {
    case 'create':
    case 'add':
    case 'modify': {
      const opcode = { create: 100, add: 102, modify: 104 }[command.kind]
      const flags = command.kind === 'modify' ? [] : [
        ...(command.overwrite ? ['overwrite' as const] : []),
        ...(command.kind === 'create' && command.mint ? ['mintSuffix' as const] : []),
      ]
      const { handle, values } = command
      return { opcode, flags, body: { kind: 'record', handle, values } as const }
    }
    case 'remove': {
      const { handle, indexes } = command
      return { opcode: 103, flags: [], body: { kind: 'indexes', handle, indexes } as const }
    }
    case 'read': {
      const { handle, indexes } = command
      const body = { kind: 'resolve', handle, indexes: indexes ?? [], types: [] } as const
      return { opcode: 1, flags: [], body }
    }
    case 'delete':
      return { opcode: 101, flags: [], body: { kind: 'name', handle: command.handle } as const }
    case 'home':
    case 'unhome':
    case 'list': {
      const opcode = { home: 300, unhome: 301, list: 105 }[command.kind]
      const handle = `0.NA/${command.prefix}`
      return { opcode, flags: [], body: { kind: 'name', handle } as const }
    }
    case 'list-prefixes':
      return { opcode: 302, flags: [], body: { kind: 'name', handle: '/' } as const }
  }
}

t.test('the whole matrix over the native protocol', async (t) => {
  const { client, registry, clock } = createNativeAdministrator(t)
  for (const { what, command, codes: expected } of ACCESS_MATRIX) {
    for (const who of WHO) {
      resetAccessRecords(registry)
      clock.seconds += 10
      const { opcode, flags, body } = requestOf(command)
      const answers = await client.askAs(proverOf(who), opcode, body, { flags })
      t.same(codes(answers), [expected[who]], `${what}: ${who}`)
      t.equal(answers[0]?.message.opcode, opcode, 'the original opcode')
    }
  }
})

t.test('all forms of secret, and keys of both kinds', async (t) => {
  const { client, registry } = createNativeAdministrator(t)
  const proof = proofOf('handle admin')!
  for (const algorithm of ['md5', 'sha1', 'sha256', 'hmac-sha1', 'hmac-sha256'] as const) {
    const prover = bySecret(proof.identity, proof.secret, { algorithm })
    t.same(codes(await client.askAs(prover, 104, record('88.1/T', algorithm))), [1], algorithm)
  }
  const stretched = bySecret(proof.identity, proof.secret, {
    algorithm: 'pbkdf2-hmac-sha1', salt: Buffer.from('salt'), rounds: 1000, keyBits: 160,
  })
  t.same(codes(await client.askAs(stretched, 104, record('88.1/T', 'stretched'))), [1])
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const put = (key: Buffer) => {
    registry.execute([{
      operation: 'put', key: keyOf('88.1/any-index-admin'), name: '88.1/any-index-admin',
      block: encodeValues([createValue(300, 'HS_PUBKEY', key)]),
    }], 'test')
  }
  put(encodeRsaPublicKey(rsa.publicKey))
  const identity = { handle: '88.1/ANY-index-admin', index: 300 }
  for (const hashName of ['SHA-256', 'SHA1', 'SHA256', 'SHA-1']) {
    const prover = byPrivateKey(identity, rsa.privateKey, hashName)
    t.same(codes(await client.askAs(prover, 104, record('88.1/T', hashName))), [1], hashName)
  }
  const md5 = byPrivateKey(identity, rsa.privateKey, 'MD5')
  t.same(codes(await client.askAs(md5, 104, record('88.1/T', 'md5'))), [403], 'no broken hash')
  const other = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const wrong = byPrivateKey(identity, other.privateKey)
  t.same(codes(await client.askAs(wrong, 104, record('88.1/T', 'other'))), [403])
})

t.test('a challenge: its shape, its one answer, its end', async (t) => {
  const { client, clock } = createNativeAdministrator(t)
  const [challenge] = await client.ask(104, record('88.1/T'))
  t.match(challenge, { envelope: { sessionId: 1 }, message: {
    opcode: 104, responseCode: 402, opFlags: 0x90800000, body: { kind: 'challenge' },
    digest: { algorithm: 'sha256' },
  } })
  const [second] = await client.ask(104, record('88.1/T'))
  t.equal(second?.envelope.sessionId, 2, 'ids from one counter')
  const answers = await client.answerChallenge(challenge!, handleAdmin)
  t.same(codes(answers), [1])
  t.equal(answers[0]?.envelope.requestId, 3, "the answer's request id")
  t.same(codes(await client.answerChallenge(challenge!, handleAdmin)), [500], 'once')
  clock.seconds += 61
  t.same(codes(await client.answerChallenge(second!, handleAdmin)), [500], 'in its time')
})

t.test('listings come in fifties', async (t) => {
  const { client, registry } = createNativeAdministrator(t)
  registry.execute(Array.from({ length: 120 }, (_, i) => {
    const name = `88.1/list-${String(i).padStart(3, '0')}`
    return { operation: 'put', key: keyOf(name), name, block: encodeValues([]) } as const
  }), 'test')
  const answers = await client.askAs(prefixAdmin, 105, name('0.NA/88.1'))
  t.same(codes(answers), [1, 1, 1])
  t.same(answers.map(({ message }) => (message.opFlags & 0x04000000) !== 0), [true, true, false])
  const names = answers.flatMap(({ message: { body } }) =>
    body.kind === 'handles' ? body.handles : [])
  t.ok(names.length > 120 && names.length <= 150)
  t.equal(new Set(names).size, names.length)
  t.ok(names.includes('88.1/LIST-119'))
  for (const bad of ['88.1', '88.1/T', '0.NA/', '/']) {
    t.same(codes(await client.ask(105, name(bad))), [102], bad)
  }
})

t.test('verifying a challenge for someone else', async (t) => {
  const { client } = createNativeAdministrator(t)
  const { identity, secret } = proofOf('reader')!
  const [nonce, requestDigest] = [Buffer.from('nonce'), Buffer.from('digest')]
  const answerOf = (key: Buffer) => bySecret(identity, key)(
    Buffer.concat([nonce, requestDigest])).answer
  const verify = async (answer: Buffer, handle = identity.handle) => client.ask(201, {
    kind: 'verify-challenge', userHandle: handle, userIndex: identity.index, nonce, requestDigest,
    answer,
  })
  t.match((await verify(answerOf(secret)))[0]?.message.body, { kind: 'verified', valid: true })
  t.match((await verify(answerOf(Buffer.of(1))))[0]?.message.body, { valid: false })
  t.same(codes(await verify(answerOf(secret), '77.1/X')), [406])
})

t.test('bytes that are no request are an error or silence, never an exception', async (t) => {
  const { native, client } = createNativeAdministrator(t)
  const good = client.encode(104, record('88.1/T'))
  for (let end = 44; end < good.length - 4; end++) {
    const cut = Buffer.from(good.subarray(0, end))
    cut.writeInt32BE(end - 20, 16)
    const { messages } = await native.answer(cut, ORIGIN)
    t.equal(messages[0]?.readInt32BE(24), 2, `${end} bytes`)
  }
  const expired = Buffer.from(good)
  expired.writeInt32BE(1, 36)
  t.same(await native.answer(expired, ORIGIN), { messages: [], next: null })
  await t.rejects(native.goOn('unknown'))
})
