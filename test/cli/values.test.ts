import fc from 'fast-check'
import t from 'tap'
import {
  formatBatchPermissions,
  parseBatchPermissions,
  parseBatchValue,
} from '../../src/cli/admin/batch-value.ts'
import { parseValueLine, ValueLineError } from '../../src/cli/admin/value-line.ts'
import { decodeAdminRecord } from '../../src/record/admin.ts'
import { decodePublicKey } from '../../src/record/public-key.ts'
import { decodeSite } from '../../src/record/site.ts'
import { decodeValueList } from '../../src/record/value-list.ts'
import { hex, loadVectors } from '../wire/vectors.ts'

t.test('values as people write them', async (t) => {
  const [{ privateHex, publicHex, files }] = loadVectors('private-keys').keys
  const folder = t.testdir({
    text: 'from a file\n', secret: 'guarded\n',
    'privkey.bin': hex(files[1].hex), 'pubkey.bin': hex(publicHex), sealed: hex(files[4].hex),
  })
  const plain = await parseValueLine('1 URL 86400 1110 https://node.example/a b')
  t.match(plain, { index: 1, type: 'URL', ttl: 86400, ttlType: 'relative', permissions: 0b1110 })
  const texts: [string, string][] = [
    ['1 URL 86400 1110 https://node.example/a b', 'https://node.example/a b'],
    ['1\tDESC 0 1111 ', ''],
    ['1 DESC 0 1111', ''],
    ['1 DESC 0 1111  two  spaces ', ' two  spaces '],
    ['1 DESC 0 1111 @@at', '@at'],
    [`1 DESC 0 1111 @${folder}/text`, 'from a file\n'],
    [`1 HS_SECKEY 0 1100 @${folder}/secret`, 'guarded'],
  ]
  for (const [line, data] of texts) {
    t.equal((await parseValueLine(line)).data.toString(), data, line)
  }
  const admin = await parseValueLine('100 HS_ADMIN 86400 1110 300:0.NA/88')
  t.match(decodeAdminRecord(admin.data), { handle: '0.NA/88', index: 300, permissions: 0xfff })
  const some = await parseValueLine('100 HS_ADMIN 86400 1110 300:0.NA/88 011111110011')
  t.match(decodeAdminRecord(some.data), { permissions: 0x07f3 })
  const list = await parseValueLine('200 HS_VLIST 86400 1110 300:0.NA/88;0:88.1/a;')
  t.same(decodeValueList(list.data), [
    { handle: '0.NA/88', index: 300 }, { handle: '88.1/a', index: 0 },
  ])
  for (const file of ['privkey.bin', 'pubkey.bin']) {
    const key = await parseValueLine(`300 HS_PUBKEY 86400 1110 @${folder}/${file}`)
    t.equal(key.data.toString('hex'), publicHex)
    t.equal(decodePublicKey(key.data).algorithm, 'rsa')
  }
  t.not(privateHex, publicHex)
  const bad = [
    '', '1', '1 URL', '1 URL 86400', '0 URL 86400 1110 x', '1 URL -1 1110 x', '1 URL 1 111 x',
    '4294967296 URL 1 1110 x', '1 URL 1 1112 x', '1 HS_ADMIN 1 1110 0.NA/88',
    '1 HS_ADMIN 1 1110 300:0.NA/88 01', '1 HS_VLIST 1 1110 300', '1 HS_SECKEY 1 1100 open secret',
    `1 HS_PUBKEY 1 1110 @${folder}/sealed`,
  ]
  for (const line of bad) await t.rejects(parseValueLine(line), ValueLineError, line)
  await t.rejects(parseValueLine('1 URL 1 1110 @/nowhere'), { code: 'ENOENT' })
})

t.test('values of batch files', async (t) => {
  const site = {
    version: 1, protocolVersion: '2.11', serialNumber: 1, primarySite: true, multiPrimary: false,
    attributes: [], servers: [],
  }
  const folder = t.testdir({ text: 'from a file\n', site: JSON.stringify(site) })
  t.match(parseBatchValue('2 EMAIL 86400 1110 UTF8 ops@node.example'), {
    index: 2, type: 'EMAIL', ttl: 86400, permissions: 0b1110, data: Buffer.from('ops@node.example'),
  })
  t.equal(parseBatchValue('2 DESC 1 1110 UTF8 穗标 a  b').data.toString(), '穗标 a  b')
  t.equal(parseBatchValue('2 DESC 1 1110 UTF8').data.length, 0)
  t.equal(parseBatchValue(`2 X 1 1110 FILE ${folder}/text`).data.toString(), 'from a file\n')
  const { data } = parseBatchValue(`3 HS_SITE 1 1110 FILE ${folder}/site`)
  t.match(decodeSite(data), { version: 1, protocolMinor: 11, primary: true })
  t.same(decodeValueList(parseBatchValue('3 HS_VLIST 1 1110 LIST 300:a/b;301:c/d;').data),
    [{ handle: 'a/b', index: 300 }, { handle: 'c/d', index: 301 }])
  // From the left: add and delete handle, not the two of derived prefixes, modify, remove and
  // add value, modify, remove and add admin, not read value, and list handles.
  const admin = parseBatchValue('100 HS_ADMIN 1 1110 ADMIN 300:110011111101:0.NA/88').data
  t.match(decodeAdminRecord(admin), { handle: '0.NA/88', index: 300, permissions: 0x0bf3 })
  for (const line of [
    '1 URL 1 1110', '1 URL 1 1110 HEX 00', '1 URL 1 1110 ADMIN 300:11:a/b',
    '1 URL 1 1110 ADMIN 300:0.NA/88', '1 URL 1 1110 LIST a/b', 'x URL 1 1110 UTF8 a',
  ]) {
    t.throws(() => parseBatchValue(line), ValueLineError, line)
  }
})

t.test('permissions go through batch text and back', async (t) => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xfff }), (permissions) =>
    parseBatchPermissions(formatBatchPermissions(permissions)) === permissions))
  t.equal(formatBatchPermissions(1), '100000000000')
  t.equal(parseBatchPermissions('11'), undefined)
  t.equal(parseBatchPermissions('11111111111x'), undefined)
})

t.test('any text goes through a value line', async () => {
  const text = fc.string({ unit: 'grapheme' }).filter((data) => !data.startsWith('@'))
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 0xffffffff }), fc.integer({ min: 0, max: 0x7fffffff }), text,
    async (index, ttl, data) => {
      const value = await parseValueLine(`${index} DESC ${ttl} 0110 ${data}`)
      return value.index === index && value.ttl === ttl && value.data.toString() === data
    }))
})
