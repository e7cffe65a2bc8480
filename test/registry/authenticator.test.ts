import t from 'tap'
import { Authenticator, clientOf } from '../../src/registry/authenticator.ts'
import { IdentityKeys } from '../../src/registry/identity-keys.ts'
import { proofOf } from '../support/access-matrix.ts'
import { createAdministrator } from '../support/administrator.ts'

const origin = { transport: 'tcp', address: '192.0.2.1' } as const
const { identity } = proofOf('reader')!

t.test('what is checked, and what is said of it', async (t) => {
  const { authenticator } = createAdministrator(t)
  const check = async (at: typeof identity, type: 'HS_SECKEY' | 'HS_PUBKEY', right: boolean) =>
    (await authenticator.refusalOf(at, type, () => right, origin))?.reason
  t.equal(await check(identity, 'HS_SECKEY', true), undefined)
  t.equal(await check(identity, 'HS_SECKEY', false), 'authentication-failed')
  t.equal(await check(identity, 'HS_PUBKEY', true), 'invalid-administrator', 'another kind')
  t.equal(await check({ ...identity, index: 9 }, 'HS_SECKEY', true), 'invalid-administrator')
  t.equal(
    await check({ handle: '77.1/X', index: 1 }, 'HS_SECKEY', true), 'authentication-error')
})

t.test('an unknown identity costs the same work', async (t) => {
  const { authenticator } = createAdministrator(t)
  let checks = 0
  const count = () => { checks++; return true }
  await authenticator.refusalOf({ handle: '88.1/none', index: 1 }, 'HS_SECKEY', count, origin)
  t.equal(checks, 1)
})

t.test('guesses at the same time are no way around the limit', async (t) => {
  const { authenticator } = createAdministrator(t)
  const all = await Promise.all(Array.from({ length: 100 }, () =>
    authenticator.refusalOf(identity, 'HS_SECKEY', () => false, origin)))
  const wrong = all.filter((refused) => refused?.reason === 'authentication-failed')
  t.equal(wrong.length, 30)
  t.ok(all.every((refused) => refused !== undefined))
})

t.test('checks under way are bounded', async (t) => {
  const { registry, clock } = createAdministrator(t)
  const authenticator = new Authenticator(new IdentityKeys(registry, null), clock)
  const ends: (() => void)[] = []
  const slow = () => new Promise<boolean>((resolve) => ends.push(() => { resolve(true) }))
  const all = Array.from({ length: 256 }, (_, i) =>
    authenticator.refusalOf(identity, 'HS_SECKEY', slow, { ...origin, address: `192.0.3.${i}` }))
  const late = await authenticator.refusalOf(identity, 'HS_SECKEY', () => true, origin)
  t.equal(late?.reason, 'busy')
  await new Promise(setImmediate)
  for (const end of ends) end()
  t.same(new Set(await Promise.all(all)), new Set([undefined]))
})

t.test('whom an address stands for', async (t) => {
  t.equal(clientOf('192.0.2.1'), '192.0.2.1')
  t.equal(clientOf('::ffff:192.0.2.1'), '192.0.2.1')
  t.equal(clientOf('2001:db8:1:2:3::4'), clientOf('2001:db8:1:2:ffff::1'), 'one network')
  t.not(clientOf('2001:db8:1:2::'), clientOf('2001:db8:1:3::'))
  t.equal(clientOf('unix'), 'unix')
})
