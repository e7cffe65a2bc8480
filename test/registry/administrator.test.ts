import t from 'tap'
import { parseIdentifier } from '../../src/identifier/identifier.ts'
import { commandCodeOf } from '../../src/native/codes.ts'
import type { Command, CommandResult } from '../../src/record/command.ts'
import { createValue } from '../../src/record/value.ts'
import { encodeValueList } from '../../src/record/value-list.ts'
import { encodeAdminRecord } from '../../src/record/admin.ts'
import { answerWithSecretKey, encodeSecretKeyAnswer } from '../../src/wire/challenge-answer.ts'
import {
  ACCESS_MATRIX, proofOf, resetAccessRecords, WHO, type Who,
} from '../support/access-matrix.ts'
import type { AskHome } from '../../src/registry/identity-keys.ts'
import { isAnswerRight } from '../../src/registry/proofs.ts'
import { createAdministrator } from '../support/administrator.ts'
import { putOf } from '../support/store.ts'

const id = (name: string) => parseIdentifier(name)!
const originOf = (n: number) => ({ transport: 'https', address: `192.0.2.${n}` }) as const
const proof = (who: Who) => {
  const shown = proofOf(who)
  return shown === null ? { kind: 'none' } as const : { kind: 'secret', ...shown } as const
}
const create = (name: string): Command => ({
  kind: 'create', handle: id(name), values: [createValue(1, 'URL', 'x')],
  overwrite: false, mint: false,
})
const reasonOf = (result: CommandResult) => result.kind === 'refused' ? result.reason : result.kind

t.test('the whole matrix: operation, who asks, permissions of the value', async (t) => {
  const { administrator, registry, store, clock } = createAdministrator(t)
  for (const { what, command, codes } of ACCESS_MATRIX) {
    for (const who of WHO) {
      resetAccessRecords(registry)
      clock.seconds += 10
      const before = store.findLastChange()?.number
      const result = await administrator.execute(command, proof(who), originOf(1))
      t.equal(commandCodeOf(result), codes[who], `${what}: ${who}`)
      if (codes[who] !== 1) {
        t.equal(store.findLastChange()?.number, before, `${what}: ${who}: no change`)
      }
    }
  }
})

t.test('minting makes a name of its own each time and says it', async (t) => {
  const { administrator, registry } = createAdministrator(t)
  const command: Command = { ...create('88.1/X-'), mint: true } as Command
  const names = new Set<string>()
  for (let i = 0; i < 3; i++) {
    const made = await administrator.execute(command, proof('prefix admin'), originOf(1))
    t.match(made, { kind: 'done', handle: /^88\.1\/X-[0-9A-F-]{36}$/, created: true })
    if (made.kind === 'done') names.add(made.handle)
  }
  t.equal(names.size, 3)
  t.equal(registry.store.findKeys('88.1', null, 100).filter((key) => names.has(key)).length, 3)
})

t.test('the change log names who did it', async (t) => {
  const { administrator, store } = createAdministrator(t)
  await administrator.execute(create('88.1/NEW'), proof('prefix admin'), originOf(1))
  const actors: string[] = []
  for (const row of store.changes()) actors.push(row.actor)
  t.equal(actors.at(-1), '301:88.1/prefix-admin')
})

t.test('one who guesses is stopped, others are not', async (t) => {
  const { administrator, clock } = createAdministrator(t)
  const guess = (n: number) =>
    administrator.execute(create('88.1/NEW'), proof('wrong key'), originOf(n))
  for (let i = 0; i < 30; i++) t.equal(reasonOf(await guess(1)), 'authentication-failed')
  t.equal(reasonOf(await guess(1)), 'busy')
  const right = await administrator.execute(create('88.1/N'), proof('prefix admin'), originOf(1))
  t.equal(reasonOf(right), 'busy', 'the right secret does not help from there')
  t.equal(reasonOf(await guess(2)), 'authentication-failed')
  clock.seconds += 4
  t.equal(reasonOf(await guess(1)), 'authentication-failed')
})

t.test('an unknown name and a wrong secret sound the same', async (t) => {
  const { administrator } = createAdministrator(t)
  const identity = { handle: '88.1/who-is-this', index: 301 }
  const unknown = await administrator.execute(
    create('88.1/NEW'), { kind: 'secret', identity, secret: Buffer.from('x') }, originOf(1))
  const wrong = await administrator.execute(create('88.1/NEW'), proof('wrong key'), originOf(2))
  t.same([reasonOf(unknown), reasonOf(wrong)], ['authentication-failed', 'authentication-failed'])
})

const elsewhere = { handle: '77.1/ADMIN', index: 301 }
const shown = { kind: 'secret', identity: elsewhere, secret: Buffer.from('s') } as const
const grantTo = (handle: string, index: number) => putOf('88.1/T', [
  createValue(1, 'URL', 'x'),
  createValue(100, 'HS_ADMIN', encodeAdminRecord({
    handle, index, permissions: 0xfff, legacyByteLength: false,
  })),
])
const removal: Command = { kind: 'remove', handle: id('88.1/T'), indexes: [1] }

t.test('a secret elsewhere is verified there; unreachable is not wrong', async (t) => {
  const home = (secret: string): AskHome => async (identity, challenge, answer) => {
    t.same(identity, elsewhere)
    return isAnswerRight(answer, { type: 'HS_SECKEY', data: Buffer.from(secret) }, challenge)
  }
  const cases: [what: string, askHome: AskHome, reason: string][] = [
    ['right', home('s'), 'done'],
    ['another secret', home('other'), 'authentication-failed'],
    ['no such key', async () => false, 'authentication-failed'],
    ['not found out', async () => undefined, 'authentication-error'],
    ['an error', () => Promise.reject(new Error('x')), 'authentication-error'],
    ['silence', () => new Promise(() => undefined), 'authentication-error'],
  ]
  const fetchValues = async () => null
  for (const [what, askHome, reason] of cases) {
    const { administrator, registry } = createAdministrator(
      t, { fetchValues, askHome, fetchTimeoutMs: 100 })
    registry.execute([grantTo(elsewhere.handle, 301)], 'test')
    t.equal(reasonOf(await administrator.execute(removal, shown, originOf(1))), reason, what)
  }
  const alone = createAdministrator(t)
  alone.registry.execute([grantTo(elsewhere.handle, 301)], 'test')
  t.equal(
    reasonOf(await alone.administrator.execute(removal, shown, originOf(1))),
    'authentication-error', 'a node that asks nobody')
})

t.test('a group that lives elsewhere is followed; unreachable is not "no member"', async (t) => {
  const member = proofOf('stranger')!
  const cases: [what: string, group: ReturnType<typeof createValue>[] | null | undefined,
    reason: string][] = [
    ['a member', [createValue(7, 'HS_VLIST', encodeValueList([member.identity]))], 'done'],
    ['no member', [createValue(7, 'HS_VLIST', encodeValueList([elsewhere]))],
      'invalid-administrator'],
    ['no group', null, 'invalid-administrator'],
    ['not found out', undefined, 'authentication-error'],
  ]
  for (const [what, group, reason] of cases) {
    const { administrator, registry } = createAdministrator(t, { fetchValues: async () => group })
    registry.execute([grantTo('77.1/GROUP', 7)], 'test')
    const result = await administrator.execute(removal, proof('stranger'), originOf(1))
    t.equal(reasonOf(result), reason, what)
  }
})

t.test('verifying for others: right, wrong, and not to be found out', async (t) => {
  const { administrator } = createAdministrator(t)
  const challenge = Buffer.from('nonce and digest')
  const verify = async (secret: string, identity = proofOf('reader')!.identity, n = 1) => {
    const answer = encodeSecretKeyAnswer(
      answerWithSecretKey({ algorithm: 'hmac-sha256' }, Buffer.from(secret), challenge))
    return administrator.verify({ identity, challenge, answer }, originOf(n))
  }
  t.equal(await verify('secret of reader'), true)
  t.equal(await verify('guessed'), false)
  t.equal(await verify('guessed', { handle: '88.1/nobody', index: 301 }), false)
  t.equal(await verify('s', elsewhere), undefined)
  for (let i = 0; i < 30; i++) await verify('guessed', proofOf('reader')!.identity, 2)
  t.equal(await verify('secret of reader', proofOf('reader')!.identity, 2), undefined)
})
