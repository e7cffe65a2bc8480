import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { prefixOfRecordName } from '../../identifier/homing.ts'
import { prefixRecordName } from '../../identifier/identifier.ts'
import { CODE } from '../../wire/layout.ts'
import { readParameters } from '../parameters.ts'
import { BadRequestError, nameBehind } from '../question.ts'
import { allowOrigin, sendFailure, sendJson } from '../reply.ts'
import { ask } from './ask.ts'
import type { AdministrationDeps } from './proof.ts'

const BASE = '/api/prefixes/'

/** `/api/prefixes`: the prefixes that this node answers for (§10.1 Endpoints). */
export function addPrefixes(server: FastifyInstance, deps: AdministrationDeps): void {
  server.get('/api/prefixes', async (request, reply) => {
    deps.counters.add('http_api_requests_total')
    const command = { kind: 'list-prefixes' } as const
    const parameters = readParameters(request)
    const result = await ask({ request, reply, parameters, command, handle: null }, deps)
    if (result?.kind !== 'names') return reply
    allowOrigin(request, reply)
    const body = JSON.stringify({ responseCode: CODE.success, prefixes: result.names })
    return sendJson(reply, 200, body, null)
  })
  server.post(`${BASE}*`, (request, reply) => change(request, reply, 'home'))
  server.delete(`${BASE}*`, (request, reply) => change(request, reply, 'unhome'))

  async function change(
    request: FastifyRequest, reply: FastifyReply, kind: 'home' | 'unhome',
  ): Promise<FastifyReply> {
    deps.counters.add('http_api_requests_total')
    if (isForgeable(request)) {
      deps.counters.add('http_refused_cross-site_total')
      const message = 'A page of another site must send X-Requested-With with this'
      return sendFailure(reply, 403, { responseCode: CODE.error, message, handle: null })
    }
    const { handle, prefix } = readPrefix(request)
    const command = { kind, prefix }
    const parameters = readParameters(request)
    const result = await ask({ request, reply, parameters, command, handle }, deps)
    if (result?.kind !== 'done') return reply
    allowOrigin(request, reply)
    return sendJson(reply, 200, JSON.stringify({ responseCode: CODE.success, handle }), null)
  }
}

/**
 * The name of a prefix record, `0.NA/…` or without that, and its prefix.
 * @throws BadRequestError
 */
function readPrefix(request: FastifyRequest): { handle: string; prefix: string } {
  const name = nameBehind(request, BASE)
  const handle = prefixOfRecordName(name) === undefined ? prefixRecordName(name) : name
  const prefix = prefixOfRecordName(handle)
  if (prefix === undefined) {
    throw new BadRequestError('That is no valid prefix', CODE.invalidHandle)
  }
  return { handle, prefix }
}

/**
 * Whether a page of another site could have made a browser send this with the password or the
 * certificate that the browser keeps. For PUT and DELETE the browser asks first and is told no;
 * for a POST only a header that forms can't send shows that it has asked.
 */
function isForgeable(request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  if (request.method !== 'POST' || origin === undefined) return false
  if (request.headers['x-requested-with'] !== undefined) return false
  return origin !== `${request.protocol}://${host ?? ''}`
}
