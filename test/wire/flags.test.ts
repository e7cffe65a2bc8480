import t from 'tap'
import { hasOpFlag, namesOfOpFlags, opFlags } from '../../src/wire/flags.ts'

t.test('flags by name', async (t) => {
  t.equal(opFlags('recursive', 'cacheCertify', 'publicOnly'), 0x19000000)
  t.equal(opFlags('authoritative'), 0x80000000)
  t.equal(opFlags(), 0)
  t.ok(hasOpFlag(0x99000000, 'authoritative'))
  t.notOk(hasOpFlag(0x19000000, 'authoritative'))
  t.strictSame(namesOfOpFlags(0x00f00001), ['returnDigest', 'overwrite', 'mintSuffix',
    'doNotRefer'])
})
