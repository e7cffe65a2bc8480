import { generateKeyPairSync, sign } from 'node:crypto'
import t from 'tap'
import { encodePublicKey } from '../../src/record/public-key.ts'
import {
  isAnswerRight, isProofRight, isSamePublicKey, isSecretRight, keyTypeOf,
} from '../../src/registry/proofs.ts'
import { encodeRsaPublicKey } from '../../src/registry/signer.ts'
import {
  decodeSecretKeyAnswer, encodeSecretKeyAnswer, encodeSignatureAnswer,
} from '../../src/wire/challenge-answer.ts'

const challenge = Buffer.from('nonce and digest')
const secret = { type: 'HS_SECKEY', data: Buffer.from('secret') } as const

t.test('RSA and DSA, SHA-1 and SHA-256, by any name; no broken hash', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
  // p, q, g and y as they stand in the key's DER.
  const der = dsa.publicKey.export({ type: 'spki', format: 'der' })
  const numbers = [...integersOf(der)]
  const [p, q, g, y] = numbers as [Buffer, Buffer, Buffer, Buffer]
  const keys = [
    [rsa.privateKey, encodeRsaPublicKey(rsa.publicKey)],
    [dsa.privateKey, encodePublicKey({ algorithm: 'dsa', p, q, g, y })],
  ] as const
  for (const [privateKey, data] of keys) {
    const key = { type: 'HS_PUBKEY', data } as const
    for (const hashName of ['SHA1', 'SHA-1', 'sha', 'SHA-256', 'SHA256', 'sha2']) {
      const hash = hashName.includes('2') ? 'sha256' : 'sha1'
      const signature = sign(hash, challenge, privateKey)
      t.ok(await isAnswerRight(encodeSignatureAnswer({ hashName, signature }), key, challenge))
      t.notOk(await isAnswerRight(
        encodeSignatureAnswer({ hashName, signature }), key, Buffer.from('other')))
    }
    const md5 = encodeSignatureAnswer({
      hashName: 'MD5', signature: sign('sha1', challenge, privateKey),
    })
    t.notOk(await isAnswerRight(md5, key, challenge))
  }
})

/** The integers of a DER structure that are 20 bytes or longer, in order. */
function* integersOf(der: Buffer): Generator<Buffer> {
  for (let at = 0; at < der.length - 4; at++) {
    if (der[at] !== 0x02) continue
    const long = der[at + 1] === 0x81 ? 3 : der[at + 1] === 0x82 ? 4 : 2
    const length = long === 2 ? der[at + 1]!
      : long === 3 ? der[at + 2]! : der.readUInt16BE(at + 2)
    if (length < 20 || at + long + length > der.length) continue
    const number = der.subarray(at + long, at + long + length)
    yield number[0] === 0 ? number.subarray(1) : number
    at += long + length - 1
  }
}

t.test('what is malformed is wrong', async (t) => {
  const keys = [
    secret, { type: 'HS_PUBKEY', data: Buffer.from('no key') } as const,
    { type: 'HS_PUBKEY', data: Buffer.alloc(0) } as const,
  ]
  for (const key of keys) {
    for (const answer of ['', '00', '01', 'ff'.repeat(40), '00000004534841310000000101']) {
      t.notOk(await isAnswerRight(Buffer.from(answer, 'hex'), key, challenge))
    }
  }
})

t.test('a proof of the other kind is wrong', async (t) => {
  t.notOk(await isProofRight({ hashName: 'SHA1', signature: Buffer.of(1) }, secret, challenge))
  const mac = { algorithm: 'md5', mac: Buffer.alloc(16) } as const
  t.notOk(await isProofRight(mac, { type: 'HS_PUBKEY', data: Buffer.of(1) }, challenge))
  t.notOk(isSamePublicKey(Buffer.from('x'), secret))
  t.notOk(await isSecretRight(Buffer.from('secret'), { ...secret, type: 'HS_PUBKEY' }))
})

t.test('secrets of any length compare', async (t) => {
  for (const given of ['secret', 'secre', '', 'secretx']) {
    t.equal(await isSecretRight(Buffer.from(given), secret), given === 'secret')
  }
  t.same(['hs_seckey', 'HS_PUBKEY', 'HS_ADMIN'].map(keyTypeOf),
    ['HS_SECKEY', 'HS_PUBKEY', undefined])
})

t.test('a public key is the one that TLS has seen', async (t) => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const other = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const key = { type: 'HS_PUBKEY', data: encodeRsaPublicKey(publicKey) } as const
  t.ok(isSamePublicKey(publicKey.export({ type: 'spki', format: 'der' }), key))
  t.notOk(isSamePublicKey(other.publicKey.export({ type: 'spki', format: 'der' }), key))
  t.notOk(isSamePublicKey(Buffer.from('x'), { type: 'HS_PUBKEY', data: Buffer.from('x') }))
})

t.test('of a key elsewhere its home is asked, and never told the secret', async (t) => {
  const shown: Buffer[] = []
  const distant = {
    type: 'HS_SECKEY',
    ask: async (asked: Buffer, answer: Buffer) => {
      shown.push(asked, answer)
      return isAnswerRight(answer, secret, asked)
    },
  } as const
  t.equal(await isSecretRight(Buffer.from('secret'), distant), true)
  t.equal(await isSecretRight(Buffer.from('secreT'), distant), false)
  t.notOk(shown.some((bytes) => bytes.includes('secre')))
  t.match(decodeSecretKeyAnswer(shown[1]!), { algorithm: 'pbkdf2-hmac-sha1', rounds: 10_000 })
  t.notSame(shown[0], shown[2], 'a nonce of its own each time')
  const mac = { algorithm: 'md5', mac: Buffer.alloc(16) } as const
  t.equal(await isProofRight(mac, distant, challenge), false)
  t.same(shown.slice(-2), [challenge, encodeSecretKeyAnswer(mac)])
  t.equal(await isProofRight({ hashName: 'SHA1', signature: mac.mac }, distant, challenge), false)
  t.equal(await isAnswerRight(mac.mac, { ...distant, ask: async () => undefined }, challenge),
    undefined, 'its home can not say')
  t.notOk(isSamePublicKey(Buffer.from('x'), distant))
})
