import { argon2, hash, timingSafeEqual } from 'node:crypto'
import { randomNonce } from '../lib/random.ts'
import {
  PASSWORD_MEMORY_KIBIBYTES, PASSWORD_PASSES, PASSWORD_SALT_BYTES, PASSWORD_TAG_BYTES,
} from './limits.ts'

const DIGEST = /^[0-9a-f]{64}$/
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/**
 * Hashes a password with Argon2id (RFC 9106), off the main thread.
 * @returns the usual text form, with salt and costs in it
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomNonce(PASSWORD_SALT_BYTES)
  const tag = await derive(password, salt, PASSWORD_MEMORY_KIBIBYTES, PASSWORD_PASSES)
  const costs = `m=${PASSWORD_MEMORY_KIBIBYTES},t=${PASSWORD_PASSES},p=1`
  return `$argon2id$v=19$${costs}$${unpadded(salt)}$${unpadded(tag)}`
}

/**
 * Whether a password is the one that was hashed. Without a hash it takes as long and says no,
 * so that time does not tell which names exist.
 */
export async function isPassword(password: string, hashed: string | null): Promise<boolean> {
  const [, memory, passes, salt, tag] = FORM.exec(hashed ?? '') ?? []
  if (salt === undefined || tag === undefined) {
    await derive(password, Buffer.alloc(PASSWORD_SALT_BYTES), PASSWORD_MEMORY_KIBIBYTES,
      PASSWORD_PASSES)
    return false
  }
  const expected = Buffer.from(tag, 'base64')
  const found = await derive(password, Buffer.from(salt, 'base64'), Number(memory), Number(passes))
  return found.length === expected.length && timingSafeEqual(found, expected)
}

/**
 * The field's older clients send a password as its SHA-256 in hex, newer ones as it is: both
 * come to the same, which is what Argon2id then keeps.
 */
function digestOf(password: string): string {
  return DIGEST.test(password) ? password : hash('sha256', password.normalize('NFKC'))
}

function derive(
  password: string, nonce: Buffer, memory: number, passes: number,
): Promise<Buffer> {
  const message = Buffer.from(digestOf(password))
  const tagLength = PASSWORD_TAG_BYTES
  const parameters = { message, nonce, parallelism: 1, tagLength, memory, passes }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => {
      if (error === null) resolve(tag)
      else reject(error)
    })
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
