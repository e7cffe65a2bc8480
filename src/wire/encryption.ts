import { createCipheriv, createDecipheriv } from 'node:crypto'
import { BytesError } from '../lib/bytes.ts'
import { MacKey } from '../lib/mac.ts'

/** The keys of a session. */
export interface SessionKeys {
  /** For the MACs in credentials. */
  readonly macKey: MacKey
  /** AES-128. */
  readonly cipherKey: Buffer
}

const macKeyBytes = 32
const cipherKeyBytes = 16
const ivBytes = 16
const cipher = 'aes-128-cbc'

/**
 * The keys that follow from a Diffie-Hellman secret. Its leading zero bytes do not count, and
 * the cipher uses only half of what the MAC uses: so peers do it (§5.5 Sessions).
 */
export function deriveSessionKeys(secret: Buffer): SessionKeys {
  let start = 0
  while (start < secret.length && secret[start] === 0) start++
  const key = secret.subarray(start, start + macKeyBytes)
  return { macKey: new MacKey(key), cipherKey: key.subarray(0, cipherKeyBytes) }
}

/*
 *   | IV (16) | AES-128-CBC of header, body and credential, PKCS #5 padding |
 */

/** Encrypts header, body and credential. @param iv 16 unpredictable bytes (§5.5 Sessions) */
export function encryptMessage(cipherKey: Buffer, iv: Buffer, message: Buffer): Buffer {
  const encryption = createCipheriv(cipher, cipherKey, iv)
  return Buffer.concat([iv, encryption.update(message), encryption.final()])
}

/** Decrypts what `encryptMessage` made (§5.5 Sessions). @throws BytesError */
export function decryptMessage(cipherKey: Buffer, bytes: Buffer): Buffer {
  if (bytes.length < ivBytes * 2) throw new BytesError('too short to be encrypted')
  const decryption = createDecipheriv(cipher, cipherKey, bytes.subarray(0, ivBytes))
  try {
    return Buffer.concat([decryption.update(bytes.subarray(ivBytes)), decryption.final()])
  } catch {
    throw new BytesError('not encrypted with this key')
  }
}
