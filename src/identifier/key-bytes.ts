import type { IdentifierKey } from './identifier.ts'
import { IDENTIFIER_BYTES_MAX } from './limits.ts'

/** The longest key: a prefix of the greatest length behind `0.NA/`. */
const KEY_BYTES_MAX = IDENTIFIER_BYTES_MAX + 5
/** UTF-8 of one UTF-16 unit; a pair of them takes 4. */
const UNIT_BYTES_MAX = 3
const SPACE = 0x20
const SLASH = 0x2f
const LOWER_A = 0x61
const LOWER_Z = 0x7a
const DELETE = 0x7f
const CASE_BIT = 0x20
const HASH_START = 0x811c9dc5 | 0
const HASH_FACTOR = 0x01000193

/**
 * A key as bytes (UTF-8) with their hash: what memory is searched by. One object is filled again
 * and again, so that a look-up makes no string.
 */
export class KeyBytes {
  readonly bytes = Buffer.allocUnsafeSlow(KEY_BYTES_MAX)
  length = 0
  /** 32 bits, signed. */
  hash = 0
  #text: IdentifierKey | null = null

  /** Takes a key that is text. @throws RangeError when it is longer than a key can be */
  setText(key: IdentifierKey): void {
    // Cut short it would stand for another name. Most are too short to have to be measured.
    if (key.length * UNIT_BYTES_MAX > KEY_BYTES_MAX && Buffer.byteLength(key) > KEY_BYTES_MAX) {
      throw new RangeError('a key is too long')
    }
    const { bytes } = this
    let hash = HASH_START
    let length = 0
    // Most keys are short and all ASCII: a loop is done before a call to write has begun.
    for (; length < key.length; length++) {
      const unit = key.charCodeAt(length)
      if (unit >= DELETE) break
      bytes[length] = unit
      hash = hashByte(hash, unit)
    }
    if (length < key.length) {
      const end = bytes.write(key, 0, 'utf8')
      for (; length < end; length++) hash = hashByte(hash, bytes[length] ?? 0)
    }
    this.length = length
    this.hash = finishHash(hash)
    this.#text = key
  }

  /**
   * Takes a key from bytes, folding it on the way.
   * @returns false when they are not printable ASCII with a slash; then the key is spoilt
   */
  setAscii(source: Buffer, start: number, end: number): boolean {
    const { bytes } = this
    let hash = HASH_START
    let length = 0
    let slash = false
    for (let at = start; at < end; at++) {
      let byte = source[at] ?? 0
      if (byte === SLASH) slash = true
      else if (byte >= LOWER_A && byte <= LOWER_Z) byte ^= CASE_BIT
      else if (byte < SPACE || byte >= DELETE) return false
      bytes[length++] = byte
      hash = hashByte(hash, byte)
    }
    this.length = length
    this.hash = finishHash(hash)
    this.#text = null
    return slash
  }

  /** The key as text, made when it is asked for. */
  get text(): IdentifierKey {
    // What was not text before is ASCII.
    this.#text ??= this.bytes.toString('latin1', 0, this.length) as IdentifierKey
    return this.#text
  }
}

/** One step of FNV-1a. */
function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, HASH_FACTOR)
}

/** Spreads what the last bytes changed over all 32 bits. */
function finishHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
