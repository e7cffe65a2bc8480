import t from 'tap'
import { decodePublicKey } from '../../src/record/public-key.ts'
import { createKeyObject, formatPublicKeyDer } from '../../src/record/public-key-der.ts'
import { hex, loadVectors } from '../wire/vectors.ts'

t.test('vectors', async (t) => {
  for (const { algorithm, spkiDerBase64, hex: bytes } of loadVectors('handle-9.2').publicKeys) {
    const key = decodePublicKey(hex(bytes))
    t.equal(formatPublicKeyDer(key)?.toString('base64'), spkiDerBase64)
    t.equal(createKeyObject(key)?.asymmetricKeyType, algorithm.toLowerCase())
  }
})

t.test('keys that sign nothing', async (t) => {
  const number = Buffer.from([5])
  const key = { algorithm: 'dh', y: number, p: number, g: number } as const
  t.equal(createKeyObject(key), undefined)
})
