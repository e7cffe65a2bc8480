import { createVerify, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { decodePublicKey } from '../../src/record/public-key.ts'
import { createKeyObject } from '../../src/record/public-key-der.ts'
import { createSigner } from '../../src/registry/signer.ts'

t.test('what the node signs, its public key as records carry it verifies', async (t) => {
  const signer = createSigner(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const key = createKeyObject(decodePublicKey(signer.publicKey))!
  for (const hash of ['sha1', 'sha256'] as const) {
    const signature = await signer.sign(Buffer.from('bytes'), hash)
    t.ok(createVerify(hash).update('bytes').verify(key, signature))
  }
  t.throws(() => createSigner(generateKeyPairSync('ed25519').privateKey), RangeError)
})
