import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { hashBytes, MacKey } from '../../src/lib/mac.ts'
import { holds } from '../support/property.ts'

t.test('the codes are those of crypto, whatever key and message', async (t) => {
  holds(t, 'every generated case', fc.property(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 3 }),
    (key, messages) => {
      const mac = new MacKey(key)
      return messages.every((message) =>
        mac.sign(message).equals(createHmac('sha256', key).update(message).digest()))
    }))
})

t.test('a case of RFC 4231', async (t) => {
  const code = new MacKey(Buffer.from('Jefe')).sign(Buffer.from('what do ya want for nothing?'))
  t.equal(code.toString('hex'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})

t.test('hashes are those of crypto', async (t) => {
  for (const name of ['md5', 'sha1', 'sha256'] as const) {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(1000, 0xfe)]) {
      t.same(hashBytes(name, bytes), createHash(name).update(bytes).digest())
    }
  }
})
