import { getDiffieHellman, randomBytes } from 'node:crypto'
import t from 'tap'
import { agreeOnSecret } from '../../src/wire/diffie-hellman.ts'

const g = Buffer.of(2)

t.test('the same secret as OpenSSL comes to', async (t) => {
  const theirs = getDiffieHellman('modp2')
  const p = theirs.getPrime()
  for (let i = 0; i < 5; i++) {
    theirs.generateKeys()
    const y = theirs.getPublicKey()
    const agreement = agreeOnSecret({ algorithm: 'dh', y, p, g }, randomBytes(32))
    t.equal(agreement?.secret.length, 128)
    const common = theirs.computeSecret(agreement!.publicKey.y)
    const padded = Buffer.concat([Buffer.alloc(128 - common.length), common])
    t.same(agreement?.secret, padded)
  }
})

t.test('numbers that make no key, or one whose secret anyone can guess', async (t) => {
  const p = getDiffieHellman('modp2').getPrime()
  const less = (by: number) => {
    const bytes = Buffer.from(p)
    bytes[bytes.length - 1]! -= by
    return bytes
  }
  const y = Buffer.of(5)
  const cases = [
    { p, g, y: Buffer.of(1) }, { p, g, y: Buffer.alloc(0) }, { p, g, y: less(1) },
    { p, g, y: p }, { p, g: Buffer.of(1), y }, { p, g: less(1), y }, { p: less(1), g, y },
    { p: Buffer.alloc(64, 0xff), g, y }, { p: Buffer.alloc(257, 0xff), g, y },
  ]
  for (const numbers of cases) {
    t.equal(agreeOnSecret({ algorithm: 'dh', ...numbers }, Buffer.alloc(32, 1)), undefined)
  }
})
