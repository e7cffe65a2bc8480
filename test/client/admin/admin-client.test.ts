import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { AdminClient, type AdminClientOptions } from '../../../src/client/admin/admin-client.ts'
import {
  createKeyProver,
  createSecretProver,
  type Prover,
} from '../../../src/client/admin/prover.ts'
import { SessionError } from '../../../src/client/admin/session.ts'
import { ExchangeError } from '../../../src/client/exchange.ts'
import { parseIdentifier } from '../../../src/identifier/identifier.ts'
import type { Command } from '../../../src/record/command.ts'
import { decodePrivateKey } from '../../../src/record/private-key.ts'
import { createSigningKey } from '../../../src/record/private-key-der.ts'
import { parsePublicKeyDer } from '../../../src/record/public-key-der.ts'
import { createValue } from '../../../src/record/value.ts'
import {
  decodeSecretKeyAnswer,
  decodeSignatureAnswer,
  isSecretKeyAnswerRight,
} from '../../../src/wire/challenge-answer.ts'
import { hasOpFlag } from '../../../src/wire/flags.ts'
import { CODE, OPCODE } from '../../../src/wire/layout.ts'
import { hex, loadVectors } from '../../wire/vectors.ts'
import { type Manners, startDouble } from './double.ts'

const identity = { handle: '0.NA/88', index: 300 }
const secretProver = createSecretProver(identity, Buffer.from('secret'))
const handle = parseIdentifier('88.1/a')!
const create: Command = {
  kind: 'create', handle, values: [createValue(1, 'URL', 'https://node.example')],
  overwrite: false, mint: false,
}

async function start(
  t: { teardown(end: () => Promise<void>): void },
  manners: Manners,
  options: Partial<AdminClientOptions> = {},
) {
  const double = await startDouble(manners)
  const client = new AdminClient({
    server: double.address, prover: secretProver, session: true, serverKey: null,
    timeoutMs: 5_000, reuseConnection: true, ...options,
  })
  t.teardown(async () => {
    await client.close()
    await double.stop()
  })
  return { double, client }
}

t.test('a session: one challenge, then codes and counters', async (t) => {
  const { double, client } = await start(t, {
    isRight: (challenge, answer) =>
      isSecretKeyAnswerRight(decodeSecretKeyAnswer(answer), Buffer.from('secret'), challenge),
  })
  const all = await Promise.all(Array.from({ length: 64 }, () => client.execute(create)))
  t.ok(all.every(({ code }) => code === CODE.success))
  const opcodes = double.asked.map(({ message }) => message.opcode)
  t.strictSame(opcodes.slice(0, 3), [OPCODE.sessionSetup, OPCODE.create, OPCODE.answerChallenge])
  t.ok(opcodes.slice(3).every((opcode) => opcode === OPCODE.create))
  t.equal(opcodes.length, 66)
  t.strictSame(double.counters, Array.from({ length: 64 }, (_unused, i) => i + 1))
  t.equal(double.connectionCount, 1)
  await client.close()
  t.equal(double.asked.at(-1)?.message.opcode, OPCODE.sessionTerminate)
})

t.test('private keys prove with the hash of their kind', async (t) => {
  for (const { privateHex } of loadVectors('private-keys').keys) {
    const privateKey = decodePrivateKey(hex(privateHex))
    const key = createPublicKey(createSigningKey(privateKey))
    const { client } = await start(t, {
      isRight: (challenge, bytes, type) => {
        const answer = decodeSignatureAnswer(bytes)
        return type === 'HS_PUBKEY' && answer.hashName === 'SHA-256'
          && verify('sha256', challenge, key, answer.signature)
      },
    }, { prover: createKeyProver(identity, privateKey) })
    t.match(await client.execute(create), { code: CODE.success })
  }
})

t.test('every form of a secret', async (t) => {
  for (const algorithm of
    ['md5', 'sha1', 'sha256', 'hmac-sha1', 'hmac-sha256', 'pbkdf2-hmac-sha1'] as const) {
    const { client } = await start(t, {
      isRight: (challenge, bytes) => {
        const answer = decodeSecretKeyAnswer(bytes)
        return answer.algorithm === algorithm
          && isSecretKeyAnswerRight(answer, Buffer.from('secret'), challenge)
      },
    }, { prover: createSecretProver(identity, Buffer.from('secret'), algorithm) })
    t.match(await client.execute(create), { code: CODE.success }, algorithm)
  }
})

t.test('without a session every request is challenged', async (t) => {
  const { double, client } = await start(t, {}, { session: false })
  await Promise.all([client.execute(create), client.execute({ kind: 'delete', handle })])
  t.equal(double.asked.length, 4)
  t.ok(double.asked.every(({ message }) => message.credential === null))
})

t.test('a wrong secret, and nobody at all', async (t) => {
  const wrong = await start(t, { isRight: () => false })
  t.match(await wrong.client.execute(create), { code: CODE.authenticationFailed, message: 'wrong' })
  const nobody = await start(t, {}, { prover: null })
  t.match(await nobody.client.execute(create), { code: CODE.authenticationNeeded })
  t.equal(nobody.double.asked.length, 1)
})

t.test('commands and answers', async (t) => {
  const values = [createValue(3, 'HS_SECKEY', 'x', { permissions: 0b1100 })]
  const { double, client } = await start(t, {
    encrypted: true,
    reply: ({ message: { opcode, body } }) => {
      const names = (...handles: string[]) => ({ kind: 'handles', handles }) as const
      switch (opcode) {
        case OPCODE.create:
          return [{ code: CODE.success, body: { kind: 'name', handle: '88.1/MINTED' } }]
        case OPCODE.resolve:
          return [{ code: CODE.success, body: { kind: 'record', handle, values } }]
        case OPCODE.removeValues: {
          const error = { kind: 'error', message: 'no such value', indexes: [7] } as const
          return [{ code: CODE.valuesNotFound, body: error }]
        }
        case OPCODE.listHandles:
          return [
            { code: CODE.success, body: names('88.1/A', '88.1/B'), more: true },
            { code: CODE.success, body: names('88.1/C') },
          ]
        case OPCODE.listHomedPrefixes:
          return [{ code: CODE.success, body: names('0.NA/88') }]
        default:
          return [{ code: body.kind === 'name' ? CODE.success : CODE.error,
            body: { kind: 'empty' } }]
      }
    },
  })
  t.match(await client.execute({ ...create, mint: true, overwrite: true }), {
    code: CODE.success, handle: '88.1/MINTED',
  })
  const { opFlags } = double.asked[1]!.message
  t.ok(hasOpFlag(opFlags, 'mintSuffix') && hasOpFlag(opFlags, 'overwrite'))
  const read = await client.execute({ kind: 'read', handle, indexes: [3], types: null })
  t.match(read, { code: CODE.success, values: [{ index: 3, type: 'HS_SECKEY' }] })
  t.notOk(hasOpFlag(double.asked.at(-1)!.message.opFlags, 'publicOnly'))
  t.match(await client.execute({ kind: 'remove', handle, indexes: [7] }), {
    code: CODE.valuesNotFound, message: 'no such value', indexes: [7],
  })
  const names: string[] = []
  const list = { kind: 'list', prefix: '88.1', after: null, offset: 0, countMax: 9 } as const
  await client.execute(list, (some) => { names.push(...some) })
  await client.execute({ kind: 'list-prefixes' }, (some) => { names.push(...some) })
  t.strictSame(names, ['88.1/A', '88.1/B', '88.1/C', '0.NA/88'])
  for (const kind of ['home', 'unhome'] as const) {
    t.match(await client.execute({ kind, prefix: '88.2' }), { code: CODE.success })
    t.match(double.asked.at(-1)?.message.body, { kind: 'name', handle: '0.NA/88.2' })
  }
})

t.test('a server that forgot the session is asked again in a new one', async (t) => {
  const { double, client } = await start(t, {})
  await client.execute(create)
  double.forgetSessions()
  const all = await Promise.all(Array.from({ length: 8 }, () => client.execute(create)))
  t.ok(all.every(({ code }) => code === CODE.success))
  const setUps = double.asked.filter(({ message }) => message.opcode === OPCODE.sessionSetup)
  t.equal(setUps.length, 2)
})

t.test('a server that closes after each answer', async (t) => {
  const { double, client } = await start(t, { closeAfterAnswer: true }, { reuseConnection: false })
  for (let i = 0; i < 3; i++) t.match(await client.execute(create), { code: CODE.success })
  t.equal(double.connectionCount, 5)
})

t.test("the server's own key", async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const serverKey = parsePublicKeyDer(publicKey.export({ format: 'der', type: 'spki' }))
  for (const session of [true, false]) {
    const good = await start(t, { key: privateKey }, { serverKey, session })
    t.match(await good.client.execute(create), { code: CODE.success })
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const bad = await start(t, { key: other }, { serverKey, session })
    await t.rejects(bad.client.execute(create), { message: /signature is wrong/ })
  }
})

t.test('servers that are not to be believed', async (t) => {
  const cases: [Manners, RegExp][] = [
    [{ wrongDigest: true }, /about another request/],
    [{ wrongMac: true }, /signature is wrong/],
    [{ unsigned: true }, /did not sign it/],
  ]
  for (const [manners, message] of cases) {
    const proofs: Buffer[] = []
    const prover: Prover = {
      ...secretProver,
      prove: (challenge, version) => {
        proofs.push(challenge)
        return secretProver.prove(challenge, version)
      },
    }
    const { client } = await start(t, manners, { prover })
    await t.rejects(client.execute(create), { message })
    if (manners.wrongDigest === true) t.equal(proofs.length, 0, 'nothing was signed for it')
  }
})

t.test('servers that do not answer', async (t) => {
  const refusing = await start(t, { noSessions: true })
  await t.rejects(refusing.client.execute(create), SessionError)
  const reasonOf = (asking: Promise<unknown>): Promise<unknown> => asking.then(
    () => undefined, (error: unknown) => error instanceof ExchangeError && error.reason)
  const silent = await start(t, { silent: true }, { timeoutMs: 50 })
  t.equal(await reasonOf(silent.client.execute(create)), 'timeout')
  const gone = await start(t, {})
  await gone.double.stop()
  t.equal(await reasonOf(gone.client.execute(create)), 'unreachable')
  const dying = await start(t, { silent: true })
  const reason = reasonOf(dying.client.execute(create))
  while (dying.double.connectionCount === 0) await delay(5)
  await dying.double.stop()
  t.equal(await reason, 'closed')
})
