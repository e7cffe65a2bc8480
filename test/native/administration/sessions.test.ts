import { createVerify } from 'node:crypto'
import t from 'tap'
import { createValue } from '../../../src/record/value.ts'
import type { Body } from '../../../src/wire/body.ts'
import { isSessionCredentialValid, signedInput } from '../../../src/wire/credential.ts'
import { OPCODE } from '../../../src/wire/layout.ts'
import { encodeHeaderAndBody, type Packet } from '../../../src/wire/message.ts'
import { decodeDiffieHellmanOffer } from '../../../src/wire/session-offer.ts'
import { proofOf } from '../../support/access-matrix.ts'
import { createNativeAdministrator, ORIGIN, proverOf } from '../../support/native-administrator.ts'
import { bySecret, setupBody } from '../../support/native-client.ts'
import { loadVectors } from '../../wire/vectors.ts'

const handleAdmin = proverOf('handle admin')!
const codes = (packets: readonly Packet[]) => packets.map(({ message }) => message.responseCode)
const record = (handle: string, data = 'x'): Body =>
  ({ kind: 'record', handle, values: [createValue(1, 'URL', data)] })
const name = (handle: string): Body => ({ kind: 'name', handle })

t.test('signed answers verify with the key of the site', async (t) => {
  const { client, nodePublicKey } = createNativeAdministrator(t)
  const body = { kind: 'resolve', handle: '88.1/T', indexes: [1], types: [] } as const
  for (const [version, hashName] of [
    [[2, 11], 'SHA-256'], [[2, 7], 'SHA-256'], [[2, 4], 'SHA1'],
  ] as const) {
    const [answer] = await client.ask(1, body, { flags: ['certify'], version })
    const { envelope, message } = answer!
    t.equal(message.responseCode, 1)
    t.ok((message.opFlags & 0x40000000) !== 0)
    t.match(message.credential, { type: 'HS_SIGNED', hashAlgorithm: hashName })
    const input = signedInput(envelope, 0, encodeHeaderAndBody(message))!
    const verify = createVerify(hashName.replace('-', '')).update(input)
    t.ok(verify.verify(nodePublicKey, message.credential!.signature), version.join('.'))
  }
  const [site] = await client.ask(OPCODE.getSiteInfo, name('/'), { flags: ['certify'] })
  t.match(site?.message, { responseCode: 1, credential: { type: 'HS_SIGNED' } })
})

t.test('a session, from its setup to its end', async (t) => {
  const { client, nodePublicKey } = createNativeAdministrator(t)
  const { identity } = proofOf('handle admin')!
  const { session, answer: { envelope, message } } = await client.openSession(identity)
  t.match(message, { responseCode: 1, credential: { type: 'HS_SIGNED', sessionCounter: 0 } })
  t.match(message.body, { kind: 'session-offer', mode: 4, spareBytes: true })
  const input = signedInput(envelope, 0, encodeHeaderAndBody(message))!
  t.ok(createVerify('sha256').update(input)
    .verify(nodePublicKey, message.credential!.signature))

  const first = await client.ask(104, record('88.1/T', 'one'), { session })
  t.same([codes(first), first[0]?.envelope.sessionId], [[402], session.id])
  const done = await client.answerChallenge(first[0]!, handleAdmin)
  t.match(done[0], { envelope: { sessionId: session.id }, message: {
    opcode: 104, responseCode: 1, credential: null,
  } })
  const next = await client.ask(104, record('88.1/T', 'two'), { session })
  t.match(next[0]?.message, { responseCode: 1, credential: null }, 'no challenge any more')

  const duplicate = await client.ask(104, record('88.1/T'), { session, counter: 2 })
  t.match(duplicate[0]?.message, {
    responseCode: 505, body: { message: 'Duplicate session counter 2' },
  })
  const tampered = await client.ask(104, record('88.1/T', 'three'), {
    session, tamper: (bytes) => { bytes[40]! ^= 1 },
  })
  t.match(tampered[0]?.message, {
    responseCode: 502, body: { message: 'Session authentication failed.' },
  })
  const bare = await client.ask(104, record('88.1/T'), { sessionId: session.id })
  t.match(bare[0]?.message, {
    responseCode: 404, body: { message: 'Session request missing MAC code.' },
  })

  const ended = await client.ask(OPCODE.sessionTerminate, name('/'), { session })
  t.same(codes(ended), [1])
  const after = await client.ask(104, record('88.1/T'), { session })
  t.equal(after[0]?.message.responseCode, 402)
  t.not(after[0]?.envelope.sessionId, session.id, 'as if there were no session')
})

t.test('requests sent at once into a session that is not proven', async (t) => {
  const { client } = createNativeAdministrator(t)
  const { session } = await client.openSession(proofOf('handle admin')!.identity)
  const ask = (data: string) => client.ask(104, record('88.1/T', data), { session })
  const challenges = (await Promise.all(['a', 'b', 'c'].map(ask))).flat()
  t.same(codes(challenges), [402, 402, 402])
  const wrong = bySecret(proofOf('handle admin')!.identity, Buffer.from('guessed'))
  t.same(codes(await client.answerChallenge(challenges[0]!, wrong)), [403], 'spoils nothing')
  const answers = await Promise.all(challenges.map((challenge) =>
    client.answerChallenge(challenge, handleAdmin)))
  t.same(codes(answers.flat()), [1, 1, 1])
  t.same(codes(await client.answerChallenge(challenges[0]!, handleAdmin)), [500], 'each once')
})

t.test('what a session encrypts and signs', async (t) => {
  const { client } = createNativeAdministrator(t)
  const { identity } = proofOf('handle admin')!
  const { session } = await client.openSession(identity)
  const read = (index: number): Body =>
    ({ kind: 'resolve', handle: '88.1/T', indexes: [index], types: [] })
  const secret = await client.askAs(handleAdmin, 1, read(4), { session })
  t.same(codes(secret), [1])
  t.ok(secret[0]?.envelope.encrypted, 'restricted values')
  const open = await client.ask(1, read(1), { session })
  t.notOk(open[0]?.envelope.encrypted)
  const asked = await client.ask(1, read(1), { session, flags: ['encrypt'], encrypted: true })
  t.same(codes(asked), [1], 'an encrypted request')
  t.ok(asked[0]?.envelope.encrypted)
  const signed = await client.ask(1, read(1), { session, flags: ['certify'] })
  const { envelope, message } = signed[0]!
  t.ok(isSessionCredentialValid(
    message.credential!, session.keys.macKey, envelope, encodeHeaderAndBody(message)))
  const unknown = { ...session, id: 4711 }
  const lost = await client.ask(1, read(1), { session: unknown, encrypted: true })
  t.match(lost[0]?.message, { responseCode: 500, opcode: 0 })
  const other = { ...session, keys: { ...session.keys, cipherKey: Buffer.alloc(16) } }
  const garbled = await client.ask(1, read(1), { session: other, encrypted: true })
  t.equal(garbled[0]?.message.opcode, 0, 'an error that is tied to nothing')
})

t.test('sessions that are not set up', async (t) => {
  const { client } = createNativeAdministrator(t)
  const nobody = { handle: '', index: 0xffffffff }
  const good = setupBody(nobody, {
    algorithm: 'dh', y: Buffer.of(5), p: Buffer.alloc(128, 0xff), g: Buffer.of(2),
  })
  if (good.kind !== 'session-setup') return
  t.same(codes(await client.ask(400, good)), [1], 'anonymous')
  const tooSmall = {
    algorithm: 'dh', y: Buffer.of(5), p: Buffer.alloc(64, 0xff), g: Buffer.of(2),
  } as const
  const cases: [what: string, body: Body][] = [
    ['mode 1', { ...good, key: { mode: 'client-rsa', publicKey: Buffer.of(1) } }],
    ['mode 2', { ...good, key: { mode: 'server-rsa' } }],
    ['mode 3', { ...good, key: { mode: 'key-in-handle', handle: '88.1/T', index: 1 } }],
    ['an unknown mode', { ...good, spareBytes: false,
      key: { mode: 'unknown', number: 9, rest: Buffer.alloc(0) } }],
    ['a key that is none', { ...good, key: { mode: 'diffie-hellman', publicKey: Buffer.of(1) } }],
    ['a small prime', setupBody(nobody, tooSmall)],
  ]
  for (const [what, body] of cases) {
    const [answer] = await client.ask(400, body)
    t.match(answer, { envelope: { sessionId: 0 }, message: { responseCode: 501 } }, what)
  }
  t.same(codes(await client.ask(402, { kind: 'key-exchange', encryptedKey: Buffer.of(1) })), [504])
})

t.test('what a 9.3.1 client sent to a 9.3.1 server', async (t) => {
  const { native, client, registry } = createNativeAdministrator(t)
  registry.execute([{ operation: 'home', prefix: '1234' }], 'test')
  const captured = new Map<string, Buffer>(loadVectors('handle-9.3.1').capture.map(
    ({ name, hex }: { name: string; hex: string }) => [name, Buffer.from(hex, 'hex')]))
  const replay = async (message: string) => {
    const { messages } = await native.answer(captured.get(message)!, ORIGIN)
    return [client.decode(messages[0]!), client.decode(captured.get(message.replace('C', 'S'))!)]
  }
  const [setup, itsSetup] = await replay('1C')
  t.equal(setup?.message.opFlags, itsSetup?.message.opFlags)
  t.same(setup?.message.digest, itsSetup?.message.digest)
  t.equal(setup?.message.credential?.type, itsSetup?.message.credential?.type)
  if (setup?.message.body.kind === 'session-offer') {
    t.equal(decodeDiffieHellmanOffer(setup.message.body.data).cipher, 'aes')
  }
  // Its session is not ours, so that the creation is challenged as if it came from outside one.
  const [challenge, itsChallenge] = await replay('2C')
  t.equal(challenge?.message.opFlags, itsChallenge?.message.opFlags)
  t.same(challenge?.message.digest, itsChallenge?.message.digest)
  t.match(challenge?.message.body, { kind: 'challenge', nonce: { length: 16 } })
  for (const answer of ['3C', '6C']) {
    const { messages } = await native.answer(captured.get(answer)!, ORIGIN)
    t.equal(messages[0]?.readInt32BE(24), 500, 'an answer to no challenge of ours')
  }
})
