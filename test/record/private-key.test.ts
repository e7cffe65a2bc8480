import assert from 'node:assert/strict'
import { createPublicKey, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodePrivateKey, encodePrivateKey } from '../../src/record/private-key.ts'
import {
  createSigningKey,
  formatPrivateKeyDer,
  parsePrivateKeyDer,
  publicKeyOf,
} from '../../src/record/private-key-der.ts'
import { formatPrivateKey, parsePrivateKey } from '../../src/record/private-key-json.ts'
import { formatPublicKeyDer, parsePublicKeyDer } from '../../src/record/public-key-der.ts'
import { encodePublicKey } from '../../src/record/public-key.ts'
import { bytes } from '../wire/arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

const { keys } = loadVectors('private-keys')

t.test('vectors, through every form', async (t) => {
  for (const { algorithm, pkcs8Base64, publicHex, privateHex } of keys) {
    const key = decodePrivateKey(hex(privateHex))
    t.equal(key.algorithm, algorithm.toLowerCase())
    t.equal(encodePrivateKey(key).toString('hex'), privateHex)
    t.equal(formatPrivateKeyDer(key).toString('base64'), pkcs8Base64)
    t.strictSame(plain(parsePrivateKeyDer(Buffer.from(pkcs8Base64, 'base64'))), plain(key))
    t.strictSame(plain(parsePrivateKey(formatPrivateKey(key), 'key')), plain(key))
    t.equal(encodePublicKey(publicKeyOf(key)).toString('hex'), publicHex)
    for (const other of offByOne(hex(privateHex))) {
      t.throws(() => decodePrivateKey(other), BytesError)
    }
  }
})

t.test('a signature with the private half verifies with the public half', async (t) => {
  for (const { privateHex } of keys) {
    const key = createSigningKey(decodePrivateKey(hex(privateHex)))
    const signature = sign('sha256', Buffer.from('text'), key)
    t.ok(verify('sha256', Buffer.from('text'), createPublicKey(key), signature))
  }
})

const number = bytes.map((all) => all.subarray(Math.max(0, all.findIndex((byte) => byte !== 0))))
  .map((all) => (all[0] === 0 ? Buffer.alloc(0) : all))
const is = <T extends string>(algorithm: T): fc.Arbitrary<T> => fc.constant(algorithm)

t.test('generated numbers, through every form', async (t) => {
  const generated = fc.oneof(
    fc.record({ algorithm: is('dsa'), x: number, p: number, q: number, g: number }),
    fc.record({
      algorithm: is('rsa'), modulus: number, exponent: number, privateExponent: number,
      p: number, q: number, exponentP: number, exponentQ: number, coefficient: number,
    }),
  )
  holds(t, 'every generated case', fc.property(generated, (key) => {
    assert.deepStrictEqual(plain(decodePrivateKey(encodePrivateKey(key))), plain(key))
    assert.deepStrictEqual(plain(parsePrivateKeyDer(formatPrivateKeyDer(key))), plain(key))
    assert.deepStrictEqual(plain(parsePrivateKey(formatPrivateKey(key), 'key')), plain(key))
  }))
  const openKey = fc.oneof(
    fc.record({ algorithm: is('rsa'), exponent: number, modulus: number }),
    fc.record({ algorithm: is('dsa'), q: number, p: number, g: number, y: number }),
  )
  holds(t, 'every generated case', fc.property(openKey, (key) => {
    const der = formatPublicKeyDer(key)
    assert.deepStrictEqual(plain(der && parsePublicKeyDer(der)), plain(key))
  }))
})

t.test('bytes that are no key', async (t) => {
  const short = Buffer.from('0000000c5253415f505249565f4b45590000000105', 'hex')
  t.throws(() => decodePrivateKey(short), { message: 'an RSA key without its prime factors' })
  t.throws(() => decodePrivateKey(Buffer.from('0000000141', 'hex')), BytesError)
  holds(t, 'every generated case', fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
    for (const read of [decodePrivateKey, parsePrivateKeyDer, parsePublicKeyDer]) {
      assert.throws(() => read(Buffer.from(noise)), BytesError)
    }
  }))
})
