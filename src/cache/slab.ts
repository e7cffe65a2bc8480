import type { KeyBytes } from '../identifier/key-bytes.ts'
import { BYTES_PER_SLOT, ENTRY_SHARE_MAX, SECOND_CHANCE_COUNT_MAX } from './limits.ts'

/*
 * One entry: header, key, payload, rounded up to 8 bytes.
 *
 *   0 bytes of the entry   4 hash   8 bytes of the key (2)   10 used since last passed by (1)
 *   12 key … payload …
 */
const HASH_AT = 4
const KEY_BYTES_AT = 8
const USED_AT = 10
const KEY_AT = 12
const UNIT_BYTES = 8

/** Slots of a bucket, each a hash and a place: together one line of the processor's cache. */
const BUCKET_SLOTS = 8
const SLOT_WORDS = 2
const BUCKET_WORDS = BUCKET_SLOTS * SLOT_WORDS
const BUCKET_BYTES = BUCKET_WORDS * 4
const HASH_COUNT = 2 ** 32

/**
 * Byte strings under byte keys in one piece of memory, bounded by its size: nothing in it is an
 * object, so that a million entries cost the garbage collector nothing.
 *
 * Entries stand one behind the other, the oldest first, round and round. When room is needed the
 * oldest goes, unless it was used since it was last passed by: then it moves to the front, once
 * (first in, first out with a second chance, which keeps what is hot as well as an exact order of
 * use does, and writes nothing on a hit but one byte). An index of buckets says where an entry is;
 * an entry that a full bucket can't name is forgotten early.
 */
export class Slab {
  readonly bytes: Buffer
  readonly view: DataView
  readonly #slots: Int32Array
  readonly #bucketCount: number
  #count = 0
  /** The oldest entry, and where the next one goes. */
  #tail = 0
  #head = 0
  /** Where the entries behind `tail` end, while `head` has begun again at 0. */
  #wrapEnd = 0
  #wrapped = false

  /** @param bytesMax of entries and index together */
  constructor(bytesMax: number) {
    const bucketCount = Math.ceil(bytesMax / BYTES_PER_SLOT / BUCKET_SLOTS)
    this.#bucketCount = bucketCount
    this.#slots = new Int32Array(bucketCount * BUCKET_WORDS)
    const capacity = Math.max(0, bytesMax - bucketCount * BUCKET_BYTES)
    this.bytes = Buffer.from(new ArrayBuffer(capacity - (capacity % UNIT_BYTES)))
    this.view = new DataView(this.bytes.buffer)
  }

  /** Entries that can be found. */
  get count(): number {
    return this.#count
  }

  /** Bytes that entries take. */
  get usedBytes(): number {
    return this.#wrapped ? this.#wrapEnd - this.#tail + this.#head : this.#head - this.#tail
  }

  /** @returns where the payload under a key begins, or -1; good until the next `add` */
  find(key: KeyBytes): number {
    const slots = this.#slots
    const { hash } = key
    const start = this.#bucketOf(hash)
    for (let i = start; i < start + BUCKET_WORDS; i += SLOT_WORDS) {
      if (slots[i] !== hash) continue
      const at = ((slots[i + 1] ?? 0) - 1) * UNIT_BYTES
      if (at < 0 || !this.#holds(at, key)) continue
      if (this.bytes[at + USED_AT] === 0) this.bytes[at + USED_AT] = 1
      return at + KEY_AT + key.length
    }
    return -1
  }

  /**
   * Makes an entry, in place of what was under the key.
   * @returns where its payload has to be written, or -1 when it is too large to be kept
   */
  add(key: KeyBytes, payloadBytes: number): number {
    const size = roundUp(KEY_AT + key.length + payloadBytes)
    if (size > this.bytes.length * ENTRY_SHARE_MAX) return -1
    this.#forget(key)
    const at = this.#reserve(size)
    const { view, bytes } = this
    view.setInt32(at, size)
    view.setInt32(at + HASH_AT, key.hash)
    view.setUint16(at + KEY_BYTES_AT, key.length)
    bytes[at + USED_AT] = 0
    key.bytes.copy(bytes, at + KEY_AT, 0, key.length)
    this.#name(at, key.hash)
    return at + KEY_AT + key.length
  }

  #holds(at: number, key: KeyBytes): boolean {
    const { length, bytes } = key
    if (this.view.getUint16(at + KEY_BYTES_AT) !== length) return false
    const own = this.bytes
    const start = at + KEY_AT
    for (let i = 0; i < length; i++) if (own[start + i] !== bytes[i]) return false
    return true
  }

  /** Room for an entry at the head, from the oldest where need be. */
  #reserve(size: number): number {
    let chances = SECOND_CHANCE_COUNT_MAX
    for (;;) {
      const limit = this.#wrapped ? this.#tail : this.bytes.length
      if (this.#head + size <= limit) {
        const at = this.#head
        this.#head += size
        return at
      }
      if (this.#wrapped) {
        if (this.#passOldest(chances > 0)) chances--
      } else {
        this.#wrapEnd = this.#head
        this.#head = 0
        this.#wrapped = true
      }
    }
  }

  /** Takes the oldest entry away or, used since and allowed to, to the head. @returns whether */
  #passOldest(mayStay: boolean): boolean {
    const at = this.#tail
    const size = this.view.getInt32(at)
    const hash = this.view.getInt32(at + HASH_AT)
    this.#tail += size
    if (this.#tail === this.#wrapEnd) {
      this.#tail = 0
      this.#wrapped = false
    }
    const slot = this.#slotOf(at, hash)
    if (slot < 0) return false
    const stays = mayStay && this.bytes[at + USED_AT] === 1
    if (!stays) {
      this.#clear(slot)
      return false
    }
    const to = this.#head
    this.bytes.copyWithin(to, at, at + size)
    this.bytes[to + USED_AT] = 0
    this.#slots[slot + 1] = to / UNIT_BYTES + 1
    this.#head += size
    return true
  }

  #forget(key: KeyBytes): void {
    const payload = this.find(key)
    if (payload < 0) return
    const slot = this.#slotOf(payload - key.length - KEY_AT, key.hash)
    if (slot >= 0) this.#clear(slot)
  }

  /** Puts a new entry into its bucket; in a full one it takes the place of one not used lately. */
  #name(at: number, hash: number): void {
    const slots = this.#slots
    const start = this.#bucketOf(hash)
    let slot = start + (hash & (BUCKET_SLOTS - 1)) * SLOT_WORDS
    for (let i = start; i < start + BUCKET_WORDS; i += SLOT_WORDS) {
      const place = slots[i + 1] ?? 0
      if (place === 0) {
        slot = i
        break
      }
      if (this.bytes[(place - 1) * UNIT_BYTES + USED_AT] === 0) slot = i
    }
    if (slots[slot + 1] === 0) this.#count++
    slots[slot] = hash
    slots[slot + 1] = at / UNIT_BYTES + 1
  }

  /** The slot that names the entry at `at`, or -1 when none does any more. */
  #slotOf(at: number, hash: number): number {
    const start = this.#bucketOf(hash)
    const place = at / UNIT_BYTES + 1
    for (let i = start; i < start + BUCKET_WORDS; i += SLOT_WORDS) {
      if (this.#slots[i + 1] === place) return i
    }
    return -1
  }

  /** The first word of the bucket for a hash: its highest bits choose. */
  #bucketOf(hash: number): number {
    return Math.floor((hash >>> 0) * (this.#bucketCount / HASH_COUNT)) * BUCKET_WORDS
  }

  #clear(slot: number): void {
    this.#slots[slot] = 0
    this.#slots[slot + 1] = 0
    this.#count--
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / UNIT_BYTES) * UNIT_BYTES
}
