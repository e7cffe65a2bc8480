import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodeKeyFile, encodeKeyFile, openKeyFile, sealKey } from '../../src/record/key-file.ts'
import { hex, loadVectors } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

const { keys, passphrase } = loadVectors('private-keys')
const secret = Buffer.from(passphrase)

t.test('vectors of all five forms', async (t) => {
  for (const { privateHex, files } of keys) {
    for (const { encryption, hex: bytes } of files) {
      const file = decodeKeyFile(hex(bytes))
      t.equal(file.encryption, encryption)
      t.equal(encodeKeyFile(file).toString('hex'), bytes)
      t.equal(openKeyFile(file, secret).toString('hex'), privateHex, encryption)
    }
  }
})

t.test('a wrong passphrase opens nothing', async (t) => {
  const [{ privateHex, files }] = keys
  for (const { encryption, hex: bytes } of files) {
    if (encryption === 'none') continue
    try {
      // One in 256 wrong keys leaves padding that looks right, and nonsense before it.
      t.not(openKeyFile(decodeKeyFile(hex(bytes)), Buffer.from('x')).toString('hex'), privateHex)
    } catch (error) {
      t.type(error, BytesError)
    }
  }
})

t.test('what is sealed opens', async (t) => {
  const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((all) => Buffer.from(all))
  const some = fc.uint8Array({ maxLength: 64 }).map((all) => Buffer.from(all))
  const parts = [some, some, bytes16, bytes16] as const
  holds(t, 'every generated case', fc.property(...parts, (key, phrase, salt, iv) => {
    const file = decodeKeyFile(encodeKeyFile(sealKey(key, phrase, salt, iv)))
    t.match(file, { encryption: 'pbkdf2-aes', rounds: 10_000, keyBits: 128 })
    assert.ok(openKeyFile(file, phrase).equals(key))
  }), { numRuns: 20 })
})

t.test('files that ask for too much, or are none', async (t) => {
  t.match(decodeKeyFile(hex('00000001010203')), { content: hex('010203') })
  for (const bytes of [
    '', '00000009', '0000000200', '000000040000000000000000000000800000000000000000',
    '00000004000000007fffffff000000800000000000000000',
    '0000000400000000000000010000007f0000000000000000',
  ]) {
    t.throws(() => decodeKeyFile(hex(bytes)), BytesError, bytes)
  }
})
