import { createPublicKey, type KeyObject, sign as signBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { encodePublicKey } from '../record/public-key.ts'

/** Signs in the node's name. */
export interface Signer {
  /** The key that verifies it, as HS_SITE and HS_PUBKEY carry it (§8.4 Keys). */
  readonly publicKey: Buffer
  /** RSA, PKCS #1 v1.5, worked out beside this thread. */
  sign(bytes: Buffer, hash: 'sha1' | 'sha256'): Promise<Buffer>
}

const signAsync = promisify(signBytes)

/** @param privateKey an RSA key @throws RangeError for one of another kind */
export function createSigner(privateKey: KeyObject): Signer {
  return {
    publicKey: encodeRsaPublicKey(createPublicKey(privateKey)),
    sign: (bytes, hash) => signAsync(hash, bytes, privateKey),
  }
}

/** An RSA public key as records carry it. @throws RangeError for a key of another kind */
export function encodeRsaPublicKey(key: KeyObject): Buffer {
  const { kty, n, e } = key.export({ format: 'jwk' })
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new RangeError('no RSA key')
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')]
  return encodePublicKey({ algorithm: 'rsa', exponent, modulus })
}
