import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { z } from 'zod'
import { formatValue } from '../record/value-json.ts'
import { decodeValues } from '../wire/values.ts'
import { BATCH_HANDLE_COUNT_MAX, FILTER_COUNT_MAX } from './limits.ts'
import { BadRequestError } from './question.ts'

const PROTO_FILE = new URL('../../proto/batch.proto', import.meta.url)

/** Tags of batch.proto: field number and wire type (2: with a length, 0: a number). */
const RESULTS_TAG = (1 << 3) | 2
const HANDLE_TAG = (1 << 3) | 2
const RESPONSE_CODE_TAG = (2 << 3) | 0
const VALUES_TAG = (3 << 3) | 2

const batchRequest = z.strictObject({
  handles: z.array(z.string()).max(BATCH_HANDLE_COUNT_MAX),
  types: z.array(z.string()).max(FILTER_COUNT_MAX).default([]),
  indexes: z.array(z.number().int().nonnegative()).max(FILTER_COUNT_MAX).default([]),
})

/** What a batch asks for, whichever form it came in. */
export type BatchRequest = z.output<typeof batchRequest>

export interface BatchResult {
  readonly handle: string
  readonly responseCode: number
  readonly block: Buffer | null
}

const requestType = protobuf.parse(readFileSync(PROTO_FILE, 'utf8'), { keepCase: false }).root
  .lookupType('suibiao.ResolveRequest')

/** A batch as protobuf. @throws BadRequestError */
export function decodeBatch(body: unknown): BatchRequest {
  if (!Buffer.isBuffer(body)) throw new BadRequestError('The body is no protobuf message')
  let message: protobuf.Message
  try {
    message = requestType.decode(body)
  } catch {
    throw new BadRequestError('The body is no suibiao.ResolveRequest')
  }
  return parseBatch(requestType.toObject(message, { arrays: true }))
}

/** A batch as JSON. @throws BadRequestError */
export function parseBatch(json: unknown): BatchRequest {
  const parsed = batchRequest.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue?.path.join('.') ?? ''
  throw new BadRequestError(`${where === '' ? 'body' : where}: ${issue?.message ?? 'malformed'}`)
}

/** A `ResolveResponse`, written field by field: an object for each result would be the cost. */
export function encodeResults(results: readonly BatchResult[]): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const { handle, responseCode, block } of results) {
    writer.uint32(RESULTS_TAG).fork()
    writer.uint32(HANDLE_TAG).string(handle)
    writer.uint32(RESPONSE_CODE_TAG).uint32(responseCode)
    if (block !== null) writer.uint32(VALUES_TAG).bytes(block)
    writer.ldelim()
  }
  return writer.finish()
}

/** Results as JSON. */
export function formatResults(results: readonly BatchResult[]): string {
  return JSON.stringify({
    results: results.map(({ handle, responseCode, block }) => ({
      handle,
      responseCode,
      ...(block === null ? {} : { values: decodeValues(block).map(formatValue) }),
    })),
  })
}
