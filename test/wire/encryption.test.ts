import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { MacKey } from '../../src/lib/mac.ts'
import { decryptMessage, deriveSessionKeys, encryptMessage } from '../../src/wire/encryption.ts'
import { decodeMessage } from '../../src/wire/message.ts'
import { hex, loadVectors, offByOne } from './vectors.ts'

t.test('vector', async (t) => {
  const { secretHex, ivHex, plainHex, encryptedHex } = loadVectors('handle-9.3.1').sessionEncryption
  // The secret begins with a zero byte that derivation would take away, so it is put behind one.
  const { cipherKey } = deriveSessionKeys(Buffer.concat([hex('01'), hex(secretHex)]))
  t.equal(cipherKey.length, 16)
  const key = hex(secretHex).subarray(0, 16)
  t.equal(encryptMessage(key, hex(ivHex), hex(plainHex)).toString('hex'), encryptedHex)
  t.equal(decryptMessage(key, hex(encryptedHex)).toString('hex'), plainHex)
  t.equal(decodeMessage(decryptMessage(key, hex(encryptedHex))).opcode, 1)
  for (const other of offByOne(hex(encryptedHex))) {
    t.throws(() => decryptMessage(key, other), BytesError)
  }
  t.throws(() => decryptMessage(key, Buffer.alloc(16)), BytesError)
})

t.test('keys from a secret', async (t) => {
  const secret =
    Buffer.concat([Buffer.alloc(2), Buffer.from(Array.from({ length: 126 }, (_, i) => i + 1))])
  const { macKey, cipherKey } = deriveSessionKeys(secret)
  const message = Buffer.from('message')
  t.same(macKey.sign(message), new MacKey(secret.subarray(2, 34)).sign(message))
  t.ok(cipherKey.equals(secret.subarray(2, 18)))
})
