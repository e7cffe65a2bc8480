import { hash } from 'node:crypto'

/** Bytes that SHA-256 takes in at a time. */
const BLOCK_BYTES = 64
const HASH_BYTES = 32

/** The names of the hashes that peers use. */
export type HashName = 'md5' | 'sha1' | 'sha256'

/**
 * The hash of short bytes, in one call. It comes by way of text: a buffer straight from crypto
 * has memory of its own, and making that costs more than the hash.
 */
export function hashBytes(name: HashName, bytes: Uint8Array): Buffer {
  return Buffer.from(hashText(name, bytes), 'latin1')
}

/** The same with a character for each byte, for who only compares it. */
export function hashText(name: HashName, bytes: Uint8Array): string {
  return hash(name, bytes, 'latin1')
}

/**
 * A key of HMAC-SHA256 (RFC 2104). What the key alone decides is worked out once, so that a code
 * costs two short hashes: half of what an object of crypto's for each message costs.
 */
export class MacKey {
  /** The key's block before a message, and the one before the hash of the two. */
  readonly #inner: Buffer
  readonly #outer: Buffer

  constructor(key: Uint8Array) {
    const short = key.length > BLOCK_BYTES ? hashBytes('sha256', key) : key
    this.#inner = Buffer.alloc(BLOCK_BYTES, 0x36)
    this.#outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x5c)
    for (const [i, byte] of short.entries()) {
      this.#inner[i] = byte ^ 0x36
      this.#outer[i] = byte ^ 0x5c
    }
  }

  /** The code of a message, 32 bytes. */
  sign(message: Uint8Array): Buffer {
    const inner = Buffer.concat([this.#inner, message])
    this.#outer.write(hash('sha256', inner, 'latin1'), BLOCK_BYTES, 'latin1')
    return hashBytes('sha256', this.#outer)
  }
}
