import { type FastifyError, fastify, type FastifyInstance } from 'fastify'
import type { Clock } from '../lib/clock.ts'
import { LatencySampler } from '../lib/latency-sampler.ts'
import { CODE, NATIVE_MEDIA_TYPE } from '../wire/layout.ts'
import { addAdministration } from './administration/administration.ts'
import { addBatch, PROTOBUF_TYPE } from './batch.ts'
import { createClientErrorHandler } from './client-error.ts'
import type { HttpDeps } from './deps.ts'
import type { DeskDeps } from './desk/desk-routes.ts'
import { Front } from './front.ts'
import { addHandles } from './handles.ts'
import { addHealth } from './health.ts'
import { BODY_BYTES_MAX, LATENCY_SAMPLE_EVERY } from './limits.ts'
import { addLocalMetrics } from './metrics.ts'
import { addProxy } from './proxy/proxy.ts'
import { BadRequestError } from './question.ts'
import { allowOrigin, JSON_TYPE, sendApiError } from './reply.ts'
import type { SecureDoor } from './secure-door.ts'
import { addSite } from './site.ts'
import { addTrace } from './trace.ts'

const URL_BYTES_MAX = 16_384
/** No route is checked by a schema of fastify's, so what compiles those is never loaded. */
const WITHOUT_SCHEMAS = { buildValidator: refuseSchema, buildSerializer: refuseSchema }
const BAD_PATH_BODY = JSON.stringify({
  responseCode: CODE.protocolError, message: 'The path is malformed',
})
const FORM_TYPE = 'application/x-www-form-urlencoded'

/**
 * Makes the HTTP door, or with a certificate the HTTPS door; it listens when told to.
 * @param secure null: plain HTTP
 */
export function createHttpServer(deps: HttpDeps, secure: SecureDoor | null): FastifyInstance {
  const histogram = deps.histograms.histogram('http_answer_seconds')
  const latency = new LatencySampler(histogram, deps.clock, LATENCY_SAMPLE_EVERY)
  const front = new Front(deps, latency, secure)
  const server = fastify({
    serverFactory: front.createServer,
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: WITHOUT_SCHEMAS },
    clientErrorHandler: createClientErrorHandler(deps.counters),
    routerOptions: {
      maxParamLength: URL_BYTES_MAX,
      ignoreTrailingSlash: false,
      // Names are taken from the raw path; the router's own decoding is only in the way.
      onBadUrl: (_path, _request, response) => {
        deps.counters.add('http_refused_bad-request_total')
        response.writeHead(400, {
          'content-type': JSON_TYPE, 'content-length': BAD_PATH_BODY.length,
          'cache-control': 'no-store',
        })
        response.end(BAD_PATH_BODY)
      },
    },
  })
  server.addHook('preClose', (done) => {
    front.close()
    done()
  })
  const keepRaw = (_request: unknown, body: Buffer, done: (e: null, b: Buffer) => void): void => {
    done(null, body)
  }
  server.addContentTypeParser([PROTOBUF_TYPE, NATIVE_MEDIA_TYPE], { parseAs: 'buffer' }, keepRaw)
  addTextParsers(server)
  addErrors(server, deps)
  addHealth(server, deps)
  addLocalMetrics(server, deps.metrics)
  addSite(server, deps)
  addHandles(server, deps, latency)
  addAdministration(server, deps)
  addBatch(server, deps)
  addTrace(server, deps)
  if (deps.desk !== null) addDeskRoutes(server, deps.desk, deps.clock)
  addPreflight(server)
  addProxy(server, deps)
  return server
}

function refuseSchema(): never {
  throw new Error('no schema of a route is compiled here')
}

/** The desk's routes, loaded where there is a desk only. */
function addDeskRoutes(server: FastifyInstance, desk: DeskDeps, clock: Clock): void {
  server.register(async (scope) => {
    const { addDesk } = await import('./desk/desk-routes.ts')
    const { addSnms } = await import('./snms/snms-routes.ts')
    addDesk(scope, desk)
    addSnms(scope, desk, clock)
  })
}

/** JSON, which some clients announce and then send nothing, and forms. */
function addTextParsers(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parseJson(request, String(body), done)
  })
  server.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)))
  })
}

/** Bad input gets a clear 4xx and is counted; our own failures show no details. */
function addErrors(server: FastifyInstance, deps: HttpDeps): void {
  server.setErrorHandler((error: FastifyError | BadRequestError, request, reply) => {
    allowOrigin(request, reply)
    if (error instanceof BadRequestError) {
      deps.counters.add('http_refused_bad-request_total')
      return sendApiError(reply, 400, error.responseCode, error.message)
    }
    const status = error.statusCode ?? 500
    if (status === 413) {
      deps.counters.add('http_refused_too-large_total')
      const bytesMax = request.routeOptions.bodyLimit
      const message = `The body is longer than ${bytesMax} bytes`
      return sendApiError(reply, status, CODE.protocolError, message)
    }
    if (status === 415) {
      deps.counters.add('http_refused_unsupported-media_total')
      const message = `This content type is not taken here; send application/json`
      // The peers' JSON API calls this a malformed request.
      const answered = request.url.startsWith('/api/') ? 400 : status
      return sendApiError(reply, answered, CODE.protocolError, message)
    }
    if (status >= 400 && status < 500) {
      deps.counters.add('http_refused_bad-request_total')
      return sendApiError(reply, status, CODE.protocolError, error.message)
    }
    deps.counters.add('http_refused_internal_total')
    return sendApiError(reply, 500, CODE.error, 'The node failed to answer this request')
  })
  server.setNotFoundHandler((request, reply) => {
    allowOrigin(request, reply)
    if (request.method === 'PATCH') {
      deps.counters.add('http_refused_not-supported_total')
      return sendApiError(reply, 501, CODE.protocolError, 'PATCH is not supported')
    }
    deps.counters.add('http_refused_unknown-endpoint_total')
    const path = request.raw.url ?? ''
    const message = `Unknown HTTP API endpoint ${path}`
    return sendApiError(reply, 404, CODE.protocolError, message)
  })
}

/** Browsers ask first whether a script of another site may call (§10.7 CORS). */
function addPreflight(server: FastifyInstance): void {
  server.options('/*', (request, reply) => {
    const headers = 'X-Requested-With,Authorization,Origin,Accept,Content-Type'
    return reply
      .header('access-control-allow-origin', request.headers.origin ?? '*')
      .header('access-control-allow-methods', 'GET,POST,HEAD,PUT,DELETE')
      .header('access-control-allow-headers', headers)
      .header('access-control-max-age', '86400')
      .header('vary', 'Origin')
      .code(200)
      .send()
  })
}
