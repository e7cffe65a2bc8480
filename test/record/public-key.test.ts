import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodePublicKey, encodePublicKey } from '../../src/record/public-key.ts'
import { bytes } from '../wire/arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

t.test('vectors', async (t) => {
  for (const { key, hex: bytes } of loadVectors('handle-9.3.1').publicKeys) {
    t.strictSame(plain(decodePublicKey(hex(bytes))), key)
  }
  for (const file of ['handle-9.2', 'handle-9.3.1']) {
    for (const { hex: bytes } of loadVectors(file).publicKeys) {
      t.equal(encodePublicKey(decodePublicKey(hex(bytes))).toString('hex'), bytes)
      for (const other of offByOne(hex(bytes))) t.throws(() => decodePublicKey(other), BytesError)
    }
  }
})

const number = bytes.map((all) => all.subarray(Math.max(0, all.findIndex((byte) => byte !== 0))))
  .map((all) => (all[0] === 0 ? Buffer.alloc(0) : all))
const is = <T extends string>(algorithm: T): fc.Arbitrary<T> => fc.constant(algorithm)

t.test('generated keys', async (t) => {
  const keys = fc.oneof(
    fc.record({ algorithm: is('rsa'), exponent: number, modulus: number }),
    fc.record({ algorithm: is('dsa'), q: number, p: number, g: number, y: number }),
    fc.record({ algorithm: is('dh'), y: number, p: number, g: number }),
  )
  holds(t, 'every generated case', fc.property(keys, (key) => {
    assert.deepStrictEqual(plain(decodePublicKey(encodePublicKey(key))), plain(key))
  }))
})

t.test('an RSA key without the empty field', async (t) => {
  const [{ hex: text }] = loadVectors('handle-9.3.1').publicKeys
  const key = decodePublicKey(hex(text).subarray(0, -4))
  t.equal(encodePublicKey(key).toString('hex'), text)
})
