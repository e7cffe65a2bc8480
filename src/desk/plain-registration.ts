import { keyOf, parseIdentifier, prefixOfKey } from '../identifier/identifier.ts'
import { RECORD_BYTES_MAX, VALUE_COUNT_MAX } from '../record/limits.ts'
import { createValue } from '../record/value.ts'
import { LINE_BYTES_MAX } from '../registry/limits.ts'
import { PlainLineReader } from '../registry/plain-line.ts'
import { holdsValue, stampValues } from '../wire/selection.ts'
import { encodeValue } from '../wire/values.ts'
import type { BatchPacker } from './batch.ts'
import { ADMIN_INDEX, ADMIN_TYPE, encodeAdminOf } from './registration.ts'

/**
 * Reads registrations that name no template, in the form that most lines have, from their bytes
 * to the block in one pass. What it can't read exactly as `RegistrationReader` would, right or
 * wrong, it leaves to that.
 */
export class PlainRegistrationReader {
  readonly #line = new PlainLineReader()
  /** The prefix of the line before, as it was spelt, with its slash; its HS_ADMIN, undated. */
  #home: { readonly start: string; readonly admin: Buffer } | null = null

  /**
   * @param bytes valid UTF-8
   * @param at where the line begins
   * @param packer takes the registration
   * @returns where the next line begins, or -1 when this one is not of the form
   */
  read(bytes: Buffer, at: number, packer: BatchPacker, nowSeconds: number): number {
    const line = this.#line
    packer.reserve(bytes.length - at)
    const next = line.read(bytes, at, packer.blocks, packer.blockBytes)
    if (next < 0 || next - at > LINE_BYTES_MAX) return -1
    const name = parseIdentifier(bytes.toString('utf8', line.nameStart, line.nameEnd))
    if (name?.includes('/') !== true) return -1
    const end = complete(packer, line.blockEnd, this.#adminOf(name))
    if (end < 0) return -1
    stampValues(packer.blocks.subarray(packer.blockBytes, end), nowSeconds)
    packer.take(name, end)
    return next
  }

  #adminOf(name: string): Buffer {
    if (this.#home !== null && name.startsWith(this.#home.start)) return this.#home.admin
    const data = encodeAdminOf(prefixOfKey(keyOf(name)))
    const admin = encodeValue(createValue(ADMIN_INDEX, ADMIN_TYPE, data))
    this.#home = { start: name.slice(0, name.indexOf('/') + 1), admin }
    return admin
  }
}

/** Adds an administrator to a block that has none. @returns its end now, or -1: it is too large */
function complete(packer: BatchPacker, blockEnd: number, admin: Buffer): number {
  const start = packer.blockBytes
  if (holdsValue(packer.blocks.subarray(start, blockEnd), ADMIN_INDEX, ADMIN_TYPE)) return blockEnd
  const count = packer.blocks.readInt32BE(start) + 1
  const end = blockEnd + admin.length
  if (count > VALUE_COUNT_MAX || end - start > RECORD_BYTES_MAX) return -1
  packer.reserve(end - start)
  admin.copy(packer.blocks, blockEnd)
  packer.blocks.writeInt32BE(count, start)
  return end
}
