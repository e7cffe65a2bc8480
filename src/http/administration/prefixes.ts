import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { foldAscii, parseIdentifier } from '../../identifier/identifier.ts'
import { API_CODE } from '../codes.ts'
import { readParameters } from '../parameters.ts'
import { BadRequestError, decodeName } from '../question.ts'
import { allowOrigin, sendFailure, sendJson } from '../reply.ts'
import { ask } from './ask.ts'
import type { AdministrationDeps } from './proof.ts'

const BASE = '/api/prefixes/'
const PREFIX_RECORD = '0.NA/'

/** `/api/prefixes`: the prefixes that this node answers for (§10.1 Endpoints). */
export function addPrefixes(server: FastifyInstance, deps: AdministrationDeps): void {
  server.get('/api/prefixes', async (request, reply) => {
    deps.counters.add('http_api_requests_total')
    const command = { kind: 'list-prefixes' } as const
    const parameters = readParameters(request)
    const result = await ask({ request, reply, parameters, command, handle: null }, deps)
    if (result?.kind !== 'names') return reply
    const prefixes = result.names.map((name) =>
      name.startsWith(PREFIX_RECORD) ? name : `${PREFIX_RECORD}${name}`)
    allowOrigin(request, reply)
    return sendJson(reply, 200, JSON.stringify({ responseCode: 1, prefixes }), null)
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
      return sendFailure(reply, 403, { responseCode: API_CODE.error, message, handle: null })
    }
    const handle = readHandle(request)
    const command = { kind, prefix: foldAscii(handle).slice(PREFIX_RECORD.length) }
    const parameters = readParameters(request)
    const result = await ask({ request, reply, parameters, command, handle }, deps)
    if (result?.kind !== 'done') return reply
    allowOrigin(request, reply)
    return sendJson(reply, 200, JSON.stringify({ responseCode: 1, handle }), null)
  }
}

/** @returns `0.NA/…` @throws BadRequestError */
function readHandle(request: FastifyRequest): string {
  const path = (request.raw.url ?? '').split('?', 1)[0] ?? ''
  const name = decodeName(path.slice(BASE.length))
  const handle = /^0\.na\//i.test(name) ? name : `${PREFIX_RECORD}${name}`
  if (handle.length === PREFIX_RECORD.length || parseIdentifier(handle) === undefined) {
    throw new BadRequestError('That is no valid prefix', API_CODE.invalidHandle)
  }
  return handle
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
