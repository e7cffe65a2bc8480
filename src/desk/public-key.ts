import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { encodePublicKey } from '../record/public-key.ts'
import { rule } from './fields.ts'
import { KEY_PEM_CHARACTERS_MAX, RSA_BITS_MIN } from './limits.ts'

/** The field of a request that holds a public key in PEM, which `parsePublicKeyPem` reads. */
export const publicKeyPem = () =>
  z.string().max(KEY_PEM_CHARACTERS_MAX)
    .refine((pem) => parsePublicKeyPem(pem) !== undefined, { params: rule('public-key') })

/**
 * Reads an applicant's public key from PEM as the data of an HS_PUBKEY value: RSA of at least
 * RSA_BITS_MIN bits, which every client of the protocol can verify.
 * @returns undefined when it is anything else
 */
export function parsePublicKeyPem(pem: string): Buffer | undefined {
  if (pem.length > KEY_PEM_CHARACTERS_MAX || !pem.includes('PUBLIC KEY')) return undefined
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType !== 'rsa') return undefined
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS_MIN) return undefined
    const { n, e } = key.export({ format: 'jwk' })
    if (n === undefined || e === undefined) return undefined
    return encodePublicKey({
      algorithm: 'rsa',
      modulus: Buffer.from(n, 'base64url'),
      exponent: Buffer.from(e, 'base64url'),
    })
  } catch {
    return undefined
  }
}
