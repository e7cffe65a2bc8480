import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Outcome } from '../record/outcome.ts'
import { API_CODE, responseCodeOf, statusOf } from './codes.ts'
import type { HttpDeps } from './deps.ts'
import { BadRequestError, decodeName, parseQuestion } from './question.ts'
import { allowOrigin, sendApiError, sendJson } from './reply.ts'
import {
  type BodyMemory, formatResolveBody, formatResolveBodyPretty, rememberedBody,
} from './resolve-body.ts'

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
export function addHandles(server: FastifyInstance, deps: HttpDeps): void {
  const memory: BodyMemory = new WeakMap()

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
    const outcome = deps.resolver.lookup(parseQuestion(name, parameters))
    if (request.headers.origin !== undefined) allowOrigin(request, reply)
    deps.counters.add(`http_outcomes_${outcome.kind}_total`)
    const status = statusOf(responseCodeOf(outcome))
    const callback = parameters?.get('callback') ?? null
    return sendJson(reply, status, bodyOf(name, outcome, parameters), callback)
  }

  function bodyOf(name: string, outcome: Outcome, parameters: URLSearchParams | null): string {
    if (parameters === null && outcome.kind === 'found') {
      return rememberedBody(memory, name, outcome)
    }
    const pretty = parameters?.has('pretty') === true && parameters.get('pretty') !== 'false'
    return (pretty ? formatResolveBodyPretty : formatResolveBody)(name, outcome)
  }
}
