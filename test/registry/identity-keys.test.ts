import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { type AskHome, IdentityKeys } from '../../src/registry/identity-keys.ts'
import { createAdministrator } from '../support/administrator.ts'
import { putOf } from '../support/store.ts'

const distant = { handle: '77.1/X', index: 300 }

t.test('a key here: by its index, of a kind that is a key', async (t) => {
  const { registry, keys } = createAdministrator(t)
  registry.execute([putOf('88.1/K', [
    createValue(300, 'hs_pubkey', 'k'), createValue(5, 'URL', 'x'),
  ])], 'test')
  const find = (index: number, handle = '88.1/k') => keys.findKey({ handle, index }, 'any')
  t.match(await find(300), { type: 'HS_PUBKEY', data: Buffer.from('k') })
  t.equal(await find(5), null)
  t.equal(await find(301), null)
  t.equal(await find(0), null, 'no wildcard: one has to say which key')
  t.equal(await find(300, '88.1/none'), null)
  t.equal(await find(300, '77.1/else'), undefined, 'elsewhere, and nobody is asked')
})

t.test('a public key elsewhere is read there, and given up on in time', async (t) => {
  const { registry } = createAdministrator(t)
  const asked: unknown[] = []
  const askHome = async () => undefined
  const fetchValues = async (...question: unknown[]) => {
    asked.push(question)
    return [createValue(300, 'HS_PUBKEY', 'k')]
  }
  const keys = new IdentityKeys(registry, { fetchValues, askHome })
  t.match(await keys.findKey(distant, 'any'), { type: 'HS_PUBKEY' })
  t.match(await keys.findKey(distant, 'HS_PUBKEY'), { type: 'HS_PUBKEY' })
  const question = ['77.1/X', ['HS_PUBKEY']]
  t.same(asked, [question, question])
  const silent = new IdentityKeys(
    registry, { fetchValues: () => new Promise(() => undefined), askHome }, 20)
  t.equal(await silent.findKey(distant, 'HS_PUBKEY'), undefined)
})

t.test('a secret key elsewhere is asked about there, in time or not at all', async (t) => {
  const { registry } = createAdministrator(t)
  const fetchValues = async () => null
  const answer = Buffer.from('answer')
  const challenge = Buffer.from('challenge')
  const askedWith = async (askHome: AskHome): Promise<unknown> => {
    const key = await new IdentityKeys(registry, { fetchValues, askHome }, 20)
      .findKey(distant, 'HS_SECKEY')
    return key && 'ask' in key ? key.ask(challenge, answer) : 'no such key'
  }
  const asked: unknown[] = []
  t.equal(await askedWith(async (...question) => asked.push(question) > 0), true)
  t.same(asked, [[distant, challenge, answer]])
  t.equal(await askedWith(async () => false), false)
  t.equal(await askedWith(() => new Promise(() => undefined)), undefined, 'it stays silent')
  t.equal(await askedWith(async () => { throw new Error('broken') }), undefined)
  const alone = new IdentityKeys(registry, null)
  t.equal(await alone.findKey(distant, 'HS_SECKEY'), undefined, 'nobody is asked')
})
