import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { IDEMPOTENCY_KEY_CHARACTERS_MAX } from '../../desk/limits.ts'
import type { Desk } from '../../desk/door.ts'
import { BODY_BYTES_MAX, FILE_BODY_BYTES_MAX } from '../limits.ts'
import { BadRequestError, nameBehind } from '../question.ts'
import { callerOf, checkTransport, readIfMatch } from './caller.ts'
import { addDocs } from './docs.ts'
import { type Fault, FaultError, faultText } from './faults.ts'
import { createSpecification } from './openapi.ts'
import { type Problem, sendProblem } from './problem.ts'
import { DESK_ROUTES, type DeskRoute, routerPath } from './routes.ts'
import { addStream } from './stream.ts'

export interface DeskDeps {
  readonly desk: Desk
  /** Whether plain HTTP from other machines is taken, since a proxy in front ends TLS. */
  readonly plainFromAnywhere: boolean
}

/** The desk's own interface under /v1, its specification, and a page to read and try it. */
export function addDesk(server: FastifyInstance, deps: DeskDeps): void {
  server.register((scope, _options, done) => {
    addProblems(scope)
    scope.removeContentTypeParser('text/plain')
    scope.addHook('onRequest', (request, reply, next) => {
      const problem = checkTransport(request, deps.plainFromAnywhere)
      if (problem === undefined) next()
      else sendProblem(reply, problem, callerOf(request).language)
    })
    for (const route of DESK_ROUTES) addRoute(scope, deps.desk, route)
    addStream(scope, deps.desk)
    done()
  })
  addDocs(server, createSpecification())
}

function addRoute(server: FastifyInstance, desk: Desk, route: DeskRoute): void {
  const takesBody = route.method !== 'GET' && route.method !== 'DELETE'
  server.route({
    method: route.method,
    url: routerPath(route.path),
    bodyLimit: route.operation === 'file.create' ? FILE_BODY_BYTES_MAX : BODY_BYTES_MAX,
    async handler(request, reply) {
      const caller = callerOf(request)
      const result = await desk.call(route.operation, {
        params: readParams(request, route),
        query: request.query,
        ...(takesBody ? { body: request.body } : {}),
        ifMatch: readIfMatch(request.headers['if-match']),
        idempotencyKey: readIdempotencyKey(request),
      }, caller)
      if (result.kind === 'refused') return sendProblem(reply, result, caller.language)
      if (result.version !== null) reply.header('etag', `"${result.version}"`)
      return reply.code(route.status).header('cache-control', 'no-store').send(result.value)
    },
  })
}

/** The parameters in a path. A handle is read from the path as it came, slashes and all. */
function readParams(request: FastifyRequest, { path }: DeskRoute): unknown {
  const at = path.indexOf('{+')
  if (at < 0) return request.params
  return { handle: nameBehind(request, path.slice(0, at)) }
}

function readIdempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') return null
  if (typeof key === 'string' && key.length <= IDEMPOTENCY_KEY_CHARACTERS_MAX) return key
  throw new FaultError('idempotency-key')
}

/** What fastify calls a body that it can't read as JSON, or may not. */
const NO_JSON: ReadonlySet<string> = new Set([
  'FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY',
])

/** What is wrong with a request before the desk has seen it. */
function addProblems(server: FastifyInstance): void {
  server.setErrorHandler((error: Error, request, reply: FastifyReply) => {
    const { language } = callerOf(request)
    const [code, fault] = faultOf(error)
    return sendProblem(reply, { code, message: faultText(fault, language) }, language)
  })
}

function faultOf(error: Partial<FastifyError>): [Problem['code'], Fault] {
  if (error instanceof FaultError) return ['bad-request', error.fault]
  if (error instanceof BadRequestError) return ['bad-request', 'path']
  switch (error.statusCode) {
    case 413:
      return ['too-large', 'too-large']
    case 415:
      return ['not-acceptable', 'media-type']
    case undefined:
    case 500:
      return ['failed', 'failed']
    default:
      return ['bad-request', NO_JSON.has(error.code ?? '') ? 'not-json' : 'malformed']
  }
}
