import { isUtf8 } from 'node:buffer'
import { foldAscii, type IdentifierKey, keyOf } from '../identifier/identifier.ts'
import { KeyBytes } from '../identifier/key-bytes.ts'
import { IDENTIFIER_BYTES_MAX } from '../identifier/limits.ts'
import { int32At } from '../lib/bytes.ts'
import { OFFSET, OP_FLAG } from './layout.ts'
import { FILTER_COUNT_MAX, TYPE_BYTES_MAX } from './limits.ts'

const SLASH = 0x2f
const DELETE = 0x7f

/**
 * What a resolution request asks (§4 Bodies, opcode 1), without a single value decoded. One
 * object serves a listener's requests one after another; it satisfies the resolver's `Query`.
 */
export class Question {
  readonly keyBytes = new KeyBytes()
  /** Where the name stands in the request, so that the answer can echo its bytes. */
  nameOffset = 0
  nameBytes = 0
  indexes: number[] | null = null
  types: string[] | null = null
  publicOnly = true
  mayRefer = true
  mayRecurse = false
  recursionCount = 0

  /** The name's key as text, made when it is asked for. */
  get key(): IdentifierKey {
    return this.keyBytes.text
  }
}

export type QuestionError = 'malformed' | 'invalid-name'

/**
 * Reads the question of a resolution request into `question`.
 * @param offset where the request's envelope begins
 * @returns undefined, or what is wrong with it
 */
export function decodeQuestion(
  bytes: Buffer,
  offset: number,
  end: number,
  question: Question,
): QuestionError | undefined {
  let at = offset + OFFSET.body
  if (end - at < 12) return 'malformed'
  const nameBytes = int32At(bytes, at)
  at += 4
  if (nameBytes < 0 || nameBytes > end - at - 8) return 'malformed'
  if (nameBytes === 0 || nameBytes > IDENTIFIER_BYTES_MAX) return 'invalid-name'
  question.nameOffset = at
  question.nameBytes = nameBytes
  at += nameBytes
  const indexCount = int32At(bytes, at)
  at += 4
  question.indexes = null
  question.types = null
  if (indexCount !== 0) {
    at = decodeIndexes(bytes, at, end, indexCount, question)
    if (at < 0) return 'malformed'
  }
  const typeCount = int32At(bytes, at)
  at += 4
  if (typeCount !== 0 && decodeTypes(bytes, at, end, typeCount, question) < 0) return 'malformed'
  const flags = bytes.readInt32BE(offset + OFFSET.opFlags)
  question.publicOnly = (flags & OP_FLAG.publicOnly) !== 0
  question.mayRefer = (flags & OP_FLAG.doNotRefer) === 0
  question.mayRecurse = (flags & OP_FLAG.recursive) !== 0
  question.recursionCount = bytes[offset + OFFSET.recursionCount] ?? 0
  return decodeKey(bytes, question)
}

function decodeIndexes(
  bytes: Buffer, at: number, end: number, count: number, question: Question,
): number {
  if (count < 0 || count > FILTER_COUNT_MAX || count * 4 > end - at - 4) return -1
  const indexes: number[] = []
  for (let i = 0; i < count; i++) indexes.push(bytes.readUInt32BE(at + i * 4))
  question.indexes = indexes
  return at + count * 4
}

function decodeTypes(
  bytes: Buffer, start: number, end: number, count: number, question: Question,
): number {
  if (count < 0 || count > FILTER_COUNT_MAX || count * 4 > end - start) return -1
  const types: string[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    if (end - at < 4) return -1
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0 || length > TYPE_BYTES_MAX || length > end - at) return -1
    types.push(foldAscii(bytes.toString('utf8', at, at + length)))
    at += length
  }
  question.types = types
  return at
}

/** The name's key. A printable ASCII name with a slash, the usual one, makes no string. */
function decodeKey(bytes: Buffer, question: Question): QuestionError | undefined {
  const start = question.nameOffset
  const end = start + question.nameBytes
  if (bytes[start] === SLASH) return 'invalid-name'
  if (question.keyBytes.setAscii(bytes, start, end)) return undefined
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x20 || byte === DELETE) return 'invalid-name'
  }
  if (!isUtf8(bytes.subarray(start, end))) return 'invalid-name'
  question.keyBytes.setText(keyOf(bytes.toString('utf8', start, end)))
  return undefined
}
