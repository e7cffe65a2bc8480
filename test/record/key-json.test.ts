import t from 'tap'
import { ValueJsonError } from '../../src/record/json-fields.ts'
import { formatKey, parseKey } from '../../src/record/key-json.ts'
import { decodePublicKey, encodePublicKey } from '../../src/record/public-key.ts'
import { hex, loadVectors } from '../wire/vectors.ts'

t.test('keys come back', async (t) => {
  for (const { algorithm, hex: bytes } of loadVectors('handle-9.2').publicKeys) {
    const json = formatKey(decodePublicKey(hex(bytes)))
    t.equal(json?.kty, algorithm)
    t.equal(encodePublicKey(parseKey(json, 'key')).toString('hex'), bytes)
  }
})

t.test('what is refused', async (t) => {
  for (const json of [
    {}, { kty: 'EC' }, { kty: 'RSA', n: 'AQ' }, { kty: 'RSA', n: '*', e: 'AQ' },
  ]) {
    t.throws(() => parseKey(json, 'key'), ValueJsonError)
  }
  const number = Buffer.from([5])
  t.equal(formatKey({ algorithm: 'dh', y: number, p: number, g: number }), undefined)
})
