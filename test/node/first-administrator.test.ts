import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { appointFirstAdministrator } from '../../src/node/first-administrator.ts'
import { decodeAdminRecord } from '../../src/record/admin.ts'
import { createValue } from '../../src/record/value.ts'
import { decodeValueList } from '../../src/record/value-list.ts'
import { encodeRsaPublicKey } from '../../src/registry/signer.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { createRegistry, putOf } from '../support/store.ts'

t.test('a key, a secret, and a record with what they may do', async (t) => {
  const { registry, store } = createRegistry(t)
  const folder = t.testdir()
  const path = await appointFirstAdministrator(folder, '88', registry)
  t.equal(path, join(folder, 'admin.json'))
  const file = JSON.parse(readFileSync(join(folder, 'admin.json'), 'utf8'))
  t.match(file, {
    handle: '0.NA/88', publicKeyIndex: 300, secretKeyIndex: 301, secret: /^[\w-]{32}$/,
    privateKeyFile: 'admin-key.pem',
  })
  for (const name of readdirSync(folder)) {
    t.equal(statSync(join(folder, name)).mode & 0o777, 0o600, `${name} is its owner's alone`)
  }
  t.same(store.loadHomedPrefixes(), ['0.NA', '88'])
  const values = decodeValues(store.findBlock(keyOf('0.NA/88'))!)
  t.same(values.map(({ index, type, permissions }) => [index, type, permissions]), [
    [100, 'HS_ADMIN', 0xe], [200, 'HS_VLIST', 0xe], [300, 'HS_PUBKEY', 0xe],
    [301, 'HS_SECKEY', 0xc],
  ])
  const [admin, group, publicKey, secret] = values
  t.match(decodeAdminRecord(admin!.data), { handle: '0.NA/88', index: 200, permissions: 0xfff })
  t.same(decodeValueList(group!.data).map(({ index }) => index), [300, 301])
  const key = createPrivateKey(readFileSync(join(folder, 'admin-key.pem')))
  t.same(publicKey!.data, encodeRsaPublicKey(createPublicKey(key)))
  t.equal(secret!.data.toString(), file.secret)
})

t.test('once, and never in place of keys that are there', async (t) => {
  const { registry, store } = createRegistry(t)
  const folder = t.testdir()
  await appointFirstAdministrator(folder, '88', registry)
  const before = store.findLastChange()
  t.equal(await appointFirstAdministrator(folder, '88', registry), null)
  rmSync(join(folder, 'admin.json'))
  t.equal(await appointFirstAdministrator(folder, '88', registry), null, 'it has keys')
  t.same(store.findLastChange(), before)
})

t.test('a start that was cut short after the commit goes on', async (t) => {
  const { registry, store } = createRegistry(t)
  const folder = t.testdir()
  const path = await appointFirstAdministrator(folder, '88', registry)
  const before = store.findLastChange()
  for (const unnamed of [['admin.json', 'admin-key.pem'], ['admin.json']]) {
    for (const name of unnamed) renameSync(join(folder, name), join(folder, `${name}.new`))
    t.equal(await appointFirstAdministrator(folder, '88', registry), path)
    t.same(store.findLastChange(), before, 'with the same key')
    t.same(readdirSync(folder).sort(), ['admin-key.pem', 'admin.json'])
  }
})

t.test('what the record holds besides stays', async (t) => {
  const { registry, store } = createRegistry(t)
  registry.execute([
    putOf('0.NA/88', [createValue(1, 'DESC', 'root'), createValue(100, 'HS_ADMIN', 'old')]),
  ], 'seed')
  await appointFirstAdministrator(t.testdir(), '88', registry)
  const values = decodeValues(store.findBlock(keyOf('0.NA/88'))!)
  t.same(values.map(({ index }) => index), [1, 100, 200, 300, 301])
  t.equal(store.countRecords(), 1)
})

t.test('under a derived prefix the administrator has a record of its own', async (t) => {
  const { registry, store } = createRegistry(t)
  await appointFirstAdministrator(t.testdir(), '88.118', registry)
  t.same(store.loadHomedPrefixes(), ['88.118'])
  t.equal(decodeValues(store.findBlock(keyOf('88.118/ADMIN'))!).length, 4)
})
