import type { FastifyInstance } from 'fastify'
import type { HttpDeps } from './deps.ts'
import { isFromThisMachine } from './local.ts'
import { nameBehind, parseQuestion } from './question.ts'
import { JSON_TYPE } from './reply.ts'

const BASE = '/v1/trace/'

/**
 * `GET /v1/trace/IDENTIFIER`: the way to an answer, step by step, as this node goes it. For peers
 * on this machine only: it tells which servers the node knows and what it remembers.
 */
export function addTrace(server: FastifyInstance, deps: HttpDeps): void {
  server.get(`${BASE}*`, async (request, reply) => {
    if (!isFromThisMachine(request)) {
      reply.callNotFound()
      return reply
    }
    const trace = await deps.resolver.trace(parseQuestion(nameBehind(request, BASE), null))
    return reply.type(JSON_TYPE).header('cache-control', 'no-store').send(JSON.stringify(trace))
  })
}
