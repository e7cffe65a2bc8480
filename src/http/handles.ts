import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { LatencySampler } from '../lib/latency-sampler.ts'
import type { Outcome } from '../record/outcome.ts'
import { API_CODE, responseCodeOf, statusOf } from './codes.ts'
import type { HttpDeps } from './deps.ts'
import { BadRequestError, decodeName, parseQuestion } from './question.ts'
import { allowOrigin, createApiBody, sendApiError, sendJson } from './reply.ts'
import { createRepresentation, type Representation, sendRepresentation } from './representation.ts'
import { formatResolveBody, formatResolveBodyPretty } from './resolve-body.ts'

const BASE = '/api/handles/'
const NOT_YET = 'This node takes no changes over HTTP'

/** Parameters in a JSON body: each a text, number, boolean, or a list of texts and numbers. */
const bodyParameters = z.record(
  z.string(),
  z.union([
    z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()])).max(4096),
  ]),
)

/** The resolve part of the JSON API (§10.1 Endpoints). */
export function addHandles(
  server: FastifyInstance, deps: HttpDeps, latency: LatencySampler,
): void {
  server.get(`${BASE}*`, (request, reply) => {
    deps.counters.add('http_api_requests_total')
    const url = request.raw.url ?? ''
    const question = url.indexOf('?')
    const name = decodeName(url.slice(BASE.length, question < 0 ? undefined : question))
    const parameters = question < 0 ? null : new URLSearchParams(url.slice(question + 1))
    return answer(request, reply, name, parameters)
  })

  server.post(`${BASE}*`, (request, reply) => {
    deps.counters.add('http_api_requests_total')
    const url = request.raw.url ?? ''
    const [path = '', query = ''] = url.split('?', 2)
    const parameters = new URLSearchParams(query)
    const body = bodyParameters.safeParse(request.body ?? {})
    if (!body.success) throw new BadRequestError('The body must be an object of parameters')
    for (const [key, value] of Object.entries(body.data)) {
      for (const one of Array.isArray(value) ? value : [value]) parameters.append(key, String(one))
    }
    return answer(request, reply, decodeName(path.slice(BASE.length)), parameters)
  })

  server.get('/api/handles', (request, reply) => {
    deps.counters.add('http_api_requests_total')
    allowOrigin(request, reply)
    if (/[?&]prefix=[^&]/.test(request.raw.url ?? '')) {
      const status = statusOf(API_CODE.needsLogin)
      const message = 'Listing needs an administrator, and plain HTTP takes no login'
      return sendApiError(reply, status, API_CODE.needsLogin, message)
    }
    throw new BadRequestError('Name an identifier, or a prefix to list', API_CODE.invalidHandle)
  })

  for (const url of [`${BASE}*`, '/api/prefixes', '/api/prefixes/*', '/api/sessions',
    '/api/sessions/*', '/api/verifications/*']) {
    const method = url.startsWith(BASE) ? ['PUT', 'DELETE'] : ['GET', 'POST', 'PUT', 'DELETE']
    server.route({ method, url, handler: (_request, reply) => {
      deps.counters.add('http_refused_not-supported_total')
      return sendApiError(reply, 501, API_CODE.notSupported, NOT_YET)
    } })
  }

  function answer(
    request: FastifyRequest, reply: FastifyReply, name: string, parameters: URLSearchParams | null,
  ): FastifyReply {
    const begunMs = latency.begin()
    const query = parseQuestion(name, parameters)
    const outcome = deps.resolver.lookup(query)
    deps.counters.add(`http_outcomes_${outcome.kind}_total`)
    const callback = parameters?.get('callback') ?? null
    const json = bodyOf(name, outcome, parameters)
    if (outcome.kind === 'found') {
      const representation = createRepresentation(createApiBody(json, callback), outcome.ttlSeconds)
      remember(request, query.key, representation)
      sendRepresentation(request, reply, representation)
    } else {
      allowOrigin(request, reply)
      sendJson(reply, statusOf(responseCodeOf(outcome)), json, callback)
    }
    latency.end(begunMs)
    return reply
  }

  /** Keeps what was just looked up for the hit path, which answers the same URL from now on. */
  function remember(
    request: FastifyRequest, key: IdentifierKey, representation: Representation,
  ): void {
    if (request.method !== 'GET' || request.headers.authorization !== undefined) return
    const mark = deps.resolver.markOf(key)
    if (mark === undefined) return
    const bytes = representation.body.length
    deps.replies.set(request.raw.url ?? '', { representation, mark, bytes })
  }

  function bodyOf(name: string, outcome: Outcome, parameters: URLSearchParams | null): string {
    const pretty = parameters?.has('pretty') === true && parameters.get('pretty') !== 'false'
    return (pretty ? formatResolveBodyPretty : formatResolveBody)(name, outcome)
  }
}
