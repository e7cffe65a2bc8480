import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { IdentityKeys } from '../../src/registry/identity-keys.ts'
import { createAdministrator } from '../support/administrator.ts'
import { putOf } from '../support/store.ts'

t.test('a key here: by its index, of a kind that is a key', async (t) => {
  const { registry, keys } = createAdministrator(t)
  registry.execute([putOf('88.1/K', [
    createValue(300, 'hs_pubkey', 'k'), createValue(5, 'URL', 'x'),
  ])], 'test')
  const find = (index: number, handle = '88.1/k') => keys.findKey({ handle, index })
  t.match(await find(300), { type: 'HS_PUBKEY', data: Buffer.from('k') })
  t.equal(await find(5), null)
  t.equal(await find(301), null)
  t.equal(await find(0), null, 'no wildcard: one has to say which key')
  t.equal(await find(300, '88.1/none'), null)
  t.equal(await find(300, '77.1/else'), undefined, 'elsewhere, and nobody is asked')
})

t.test('a key elsewhere is asked for by its kinds, and given up on in time', async (t) => {
  const { registry } = createAdministrator(t)
  const asked: unknown[] = []
  const keys = new IdentityKeys(registry, async (...question) => {
    asked.push(question)
    return [createValue(300, 'HS_PUBKEY', 'k')]
  })
  t.match(await keys.findKey({ handle: '77.1/X', index: 300 }), { type: 'HS_PUBKEY' })
  t.same(asked, [['77.1/X', ['HS_PUBKEY', 'HS_SECKEY']]])
  const silent = new IdentityKeys(registry, () => new Promise(() => undefined), 20)
  t.equal(await silent.findKey({ handle: '77.1/X', index: 300 }), undefined)
})
