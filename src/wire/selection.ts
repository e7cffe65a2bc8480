import { foldAscii } from '../identifier/identifier.ts'
import { Permission } from '../record/value.ts'
import { TTL_SECONDS_DEFAULT, TTL_SECONDS_MAX } from '../record/limits.ts'

/*
 * One value of a block (§8.1 Handle value):
 *   0 index · 4 timestamp · 8 TTL type · 9 TTL · 13 permissions · 14 type · data · references
 */
const TIMESTAMP_AT = 4
const TTL_TYPE_AT = 8
const TTL_AT = 9
const PERMISSIONS_AT = 13
const TYPE_AT = 14

/** What a block holds of what was asked. */
export interface Selection {
  /** int4 count and the selected values; the very block when it holds nothing else. */
  readonly block: Buffer
  readonly count: number
  /** Selected values that the public may not read (left out when only public ones count). */
  readonly restrictedCount: number
  /** Whether one of those may not be read by administrators either. */
  readonly unreadable: boolean
  readonly ttlSeconds: number
  /** Whether a selected value has an absolute TTL, so that `ttlSeconds` shrinks as time goes. */
  readonly absolute: boolean
}

/**
 * Picks values out of a block without decoding them: no filter means all, two mean the union.
 * @param types folded; one that ends in a dot means itself and its subtypes (§9.3 Resolution)
 * @param publicOnly leave out what the public may not read
 */
export function selectValues(
  block: Buffer,
  indexes: readonly number[] | null,
  types: readonly string[] | null,
  publicOnly: boolean,
  nowSeconds: number,
): Selection {
  const total = block.readInt32BE(0)
  const parts: Buffer[] = []
  let count = 0
  // Where the values begin that stand together and are not in `parts` yet.
  let runStart = 4
  let restrictedCount = 0
  let unreadable = false
  let ttlSeconds = TTL_SECONDS_MAX
  let absolute = false
  let at = 4
  for (let i = 0; i < total; i++) {
    const end = endOfValue(block, at)
    let taken = false
    if (isSelected(block, at, indexes, types)) {
      const permissions = block[at + PERMISSIONS_AT] ?? 0
      const isPublic = (permissions & Permission.publicRead) !== 0
      if (isPublic || !publicOnly) {
        taken = true
        count++
        ttlSeconds = Math.min(ttlSeconds, remainingTtl(block, at, nowSeconds))
        if (block[at + TTL_TYPE_AT] === 1) absolute = true
      }
      if (!isPublic && !publicOnly) {
        restrictedCount++
        if ((permissions & Permission.adminRead) === 0) unreadable = true
      }
    }
    if (!taken) {
      if (at > runStart) parts.push(block.subarray(runStart, at))
      runStart = end
    }
    at = end
  }
  if (at !== block.length) throw new Error('a stored block holds more than its values')
  if (at > runStart) parts.push(block.subarray(runStart, at))
  const picked = count === total ? block : joinValues(count, parts)
  if (total === 0) ttlSeconds = TTL_SECONDS_DEFAULT
  return { block: picked, count, restrictedCount, unreadable, ttlSeconds, absolute }
}

/** Gives each value of a block that has no timestamp, but 0, this one; in place. */
export function stampValues(block: Buffer, seconds: number): void {
  const count = block.readInt32BE(0)
  let at = 4
  for (let i = 0; i < count; i++) {
    if (block.readInt32BE(at + TIMESTAMP_AT) === 0) block.writeUInt32BE(seconds, at + TIMESTAMP_AT)
    at = endOfValue(block, at)
  }
}

/** Whether a block holds a value with this index, or of this type as it is spelt. */
export function holdsValue(block: Buffer, index: number, type: string): boolean {
  const count = block.readInt32BE(0)
  let at = 4
  for (let i = 0; i < count; i++) {
    const start = at + TYPE_AT + 4
    const length = block.readInt32BE(at + TYPE_AT)
    if (block.readUInt32BE(at) === index
      || (length === type.length && block.toString('utf8', start, start + length) === type)) {
      return true
    }
    at = endOfValue(block, at)
  }
  return false
}

/** Where the value that begins at `at` ends. */
function endOfValue(block: Buffer, at: number): number {
  const typeEnd = at + TYPE_AT + 4 + block.readInt32BE(at + TYPE_AT)
  let end = typeEnd + 4 + block.readInt32BE(typeEnd)
  const referenceCount = block.readInt32BE(end)
  end += 4
  for (let i = 0; i < referenceCount; i++) end += 4 + block.readInt32BE(end) + 4
  return end
}

function isSelected(
  block: Buffer,
  at: number,
  indexes: readonly number[] | null,
  types: readonly string[] | null,
): boolean {
  if (indexes === null && types === null) return true
  if (indexes?.includes(block.readUInt32BE(at)) === true) return true
  return types !== null && isOfType(block, at, types)
}

function isOfType(block: Buffer, at: number, types: readonly string[]): boolean {
  const start = at + TYPE_AT + 4
  const type = foldAscii(block.toString('utf8', start, start + block.readInt32BE(at + TYPE_AT)))
  return types.some((asked) =>
    asked.endsWith('.')
      ? type.startsWith(asked) || type === asked.slice(0, -1)
      : type === asked,
  )
}

/** Seconds that a value may be kept: relative TTLs as given, absolute ones until their time. */
function remainingTtl(block: Buffer, at: number, nowSeconds: number): number {
  const absolute = block.readUInt8(at + TTL_TYPE_AT) === 1
  if (absolute) return Math.max(0, block.readUInt32BE(at + TTL_AT) - nowSeconds)
  return Math.max(0, block.readInt32BE(at + TTL_AT))
}

function joinValues(count: number, parts: readonly Buffer[]): Buffer {
  const head = Buffer.allocUnsafe(4)
  head.writeInt32BE(count)
  return Buffer.concat([head, ...parts])
}
