import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import protobuf from 'protobufjs'
import { z } from 'zod'
import { keyOf, parseIdentifier } from '../identifier/identifier.ts'
import type { Outcome } from '../record/outcome.ts'
import { formatValue } from '../record/value-json.ts'
import { USUAL_QUERY } from '../resolver/query.ts'
import { decodeValues } from '../wire/values.ts'
import { API_CODE, responseCodeOf } from './codes.ts'
import type { HttpDeps } from './deps.ts'
import { BATCH_HANDLE_COUNT_MAX, FILTER_COUNT_MAX } from './limits.ts'
import { BadRequestError, parseIndexes, parseTypes } from './question.ts'
import { allowOrigin, JSON_TYPE } from './reply.ts'

export const PROTOBUF_TYPE = 'application/x-protobuf'
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
type BatchRequest = z.output<typeof batchRequest>

interface BatchResult {
  readonly handle: string
  readonly responseCode: number
  readonly block: Buffer | null
}

/** Batch resolution: many identifiers in one request, answered in the order asked. */
export function addBatch(server: FastifyInstance, deps: HttpDeps): void {
  const root = protobuf.parse(readFileSync(PROTO_FILE, 'utf8'), { keepCase: false }).root
  const requestType = root.lookupType('suibiao.ResolveRequest')

  server.post('/v1/resolve', async (request, reply) => {
    deps.counters.add('http_batch_requests_total')
    allowOrigin(request, reply)
    const asProtobuf = request.headers['content-type']?.startsWith(PROTOBUF_TYPE) === true
    const batch = asProtobuf ? decodeBatch(request) : parseBatch(request.body)
    const results = await resolveBatch(batch)
    if (!asProtobuf) return reply.type(JSON_TYPE).send(formatResults(results))
    return reply.type(PROTOBUF_TYPE).send(encodeResults(results))
  })

  function decodeBatch(request: FastifyRequest): BatchRequest {
    if (!Buffer.isBuffer(request.body)) throw new BadRequestError('The body is no protobuf message')
    let message: protobuf.Message
    try {
      message = requestType.decode(request.body)
    } catch {
      throw new BadRequestError('The body is no suibiao.ResolveRequest')
    }
    return parseBatch(requestType.toObject(message, { arrays: true }))
  }

  /** What is at hand at once, and the rest beside each other: one deadline holds for them all. */
  async function resolveBatch(batch: BatchRequest): Promise<readonly BatchResult[]> {
    const { indexes, types } = batch
    const terms = { ...USUAL_QUERY, indexes: parseIndexes(indexes), types: parseTypes(types) }
    const late: Promise<void>[] = []
    const results: BatchResult[] = batch.handles.map((handle, at) => {
      const identifier = parseIdentifier(handle)
      if (identifier === undefined) {
        return { handle, responseCode: API_CODE.invalidHandle, block: null }
      }
      const query = { ...terms, key: keyOf(identifier) }
      const outcome = deps.resolver.lookup(query)
      if (outcome !== undefined) return toResult(handle, outcome)
      late.push(deps.resolver.recurse(query).then((found) => {
        results[at] = toResult(handle, found)
      }))
      return { handle, responseCode: API_CODE.error, block: null }
    })
    if (late.length > 0) await Promise.all(late)
    return results
  }
}

/** @throws BadRequestError */
function parseBatch(json: unknown): BatchRequest {
  const parsed = batchRequest.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue?.path.join('.') ?? ''
  throw new BadRequestError(`${where === '' ? 'body' : where}: ${issue?.message ?? 'malformed'}`)
}

function toResult(handle: string, outcome: Outcome): BatchResult {
  const block = outcome.kind === 'found' ? outcome.block : null
  return { handle, responseCode: responseCodeOf(outcome), block }
}

/** A `ResolveResponse`, written field by field: an object for each result would be the cost. */
function encodeResults(results: readonly BatchResult[]): Uint8Array {
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

function formatResults(results: readonly BatchResult[]): string {
  return JSON.stringify({
    results: results.map(({ handle, responseCode, block }) => ({
      handle,
      responseCode,
      ...(block === null ? {} : { values: decodeValues(block).map(formatValue) }),
    })),
  })
}
