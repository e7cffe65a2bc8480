import type { FastifyInstance } from 'fastify'
import { keyOf, parseIdentifier } from '../identifier/identifier.ts'
import type { Outcome } from '../record/outcome.ts'
import { USUAL_QUERY } from '../resolver/query.ts'
import { responseCodeOf } from '../wire/codes.ts'
import { CODE } from '../wire/layout.ts'
import type { BatchRequest, BatchResult } from './batch-message.ts'
import type { HttpDeps } from './deps.ts'
import { parseIndexes, parseTypes } from './question.ts'
import { allowOrigin, JSON_TYPE } from './reply.ts'

export const PROTOBUF_TYPE = 'application/x-protobuf'

/** Batch resolution: many identifiers in one request, answered in the order asked. */
export function addBatch(server: FastifyInstance, deps: HttpDeps): void {
  server.post('/v1/resolve', async (request, reply) => {
    deps.counters.add('http_batch_requests_total')
    allowOrigin(request, reply)
    const type = request.headers['content-type']?.toLowerCase()
    const asProtobuf = type?.startsWith(PROTOBUF_TYPE) === true
    // Loaded with the first batch: a node that has just started answers sooner without it.
    const message = await import('./batch-message.ts')
    const batch = asProtobuf ? message.decodeBatch(request.body) : message.parseBatch(request.body)
    const results = await resolveBatch(batch)
    if (!asProtobuf) return reply.type(JSON_TYPE).send(message.formatResults(results))
    return reply.type(PROTOBUF_TYPE).send(message.encodeResults(results))
  })

  /** What is at hand at once, and the rest beside each other: one deadline holds for them all. */
  async function resolveBatch(batch: BatchRequest): Promise<readonly BatchResult[]> {
    const { indexes, types } = batch
    const terms = { ...USUAL_QUERY, indexes: parseIndexes(indexes), types: parseTypes(types) }
    const late: Promise<void>[] = []
    const results: BatchResult[] = batch.handles.map((handle, at) => {
      const identifier = parseIdentifier(handle)
      if (identifier === undefined) {
        return { handle, responseCode: CODE.invalidHandle, block: null }
      }
      const query = { ...terms, key: keyOf(identifier) }
      const outcome = deps.resolver.lookup(query)
      if (outcome !== undefined) return toResult(handle, outcome)
      late.push(deps.resolver.recurse(query).then((found) => {
        results[at] = toResult(handle, found)
      }))
      return { handle, responseCode: CODE.error, block: null }
    })
    if (late.length > 0) await Promise.all(late)
    return results
  }
}

function toResult(handle: string, outcome: Outcome): BatchResult {
  const block = outcome.kind === 'found' ? outcome.block : null
  return { handle, responseCode: responseCodeOf(outcome), block }
}
