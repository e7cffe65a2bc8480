import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SessionState } from '../../registry/administration.ts'
import { CODE } from '../../wire/layout.ts'
import { SESSION_BODY_BYTES_MAX } from '../limits.ts'
import { BadRequestError } from '../question.ts'
import { allowOrigin, JSON_TYPE, sendFailure } from '../reply.ts'
import { formatIdentity, parseAuthorization } from './authorization.ts'
import { certificateProof } from './certificate.ts'
import { formatSession, sendBusy, sendChallenge, sendPlainHttp } from './challenge.ts'
import { readParameters } from '../parameters.ts'
import { type AdministrationDeps, fieldsOf, originOf } from './proof.ts'
import { claimsProof, clientNonceOf, type Fields, parseSessionProof } from './session-proof.ts'

const COLLECTION = '/api/sessions'
const THIS = `${COLLECTION}/this`

/** `/api/sessions`: proving an identity once for many requests (§10.6 Authentication). */
export function addSessions(server: FastifyInstance, deps: AdministrationDeps): void {
  const options = { bodyLimit: SESSION_BODY_BYTES_MAX }
  for (const url of [COLLECTION, `${COLLECTION}/`]) {
    server.post(url, options, secured((request, reply, fields) => open(request, reply, fields)))
  }
  server.route({ method: ['PUT', 'POST'], url: THIS, ...options, handler: secured(prove) })
  server.get(THIS, secured(show))
  server.delete(THIS, options, secured(close))
  server.route({
    method: ['GET', 'PUT', 'POST', 'DELETE'],
    url: `${COLLECTION}/*`,
    ...options,
    handler: secured((_request, reply) => refuse(reply, 'Only the session "this" can be named')),
  })

  function secured(
    answer: (
      request: FastifyRequest, reply: FastifyReply, fields: Fields,
    ) => FastifyReply | Promise<FastifyReply>,
  ) {
    return (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> => {
      deps.counters.add('http_api_requests_total')
      if (request.protocol !== 'https') return sendPlainHttp(request, reply, deps, null)
      allowOrigin(request, reply)
      reply.header('cache-control', 'no-store')
      return answer(request, reply, readFields(request))
    }
  }

  async function open(
    request: FastifyRequest, reply: FastifyReply, fields: Fields,
  ): Promise<FastifyReply> {
    if (fields.has('sessionid')) {
      throw new BadRequestError(`A session is there already; use ${THIS}`)
    }
    const result = await deps.administration.openSession(clientNonceOf(fields), originOf(request))
    if (result.kind !== 'session') return sendBusy(request, reply, deps, null)
    reply.code(201).header('location', THIS)
    return reply.type(JSON_TYPE).send(JSON.stringify(formatSession(result.session)))
  }

  async function prove(
    request: FastifyRequest, reply: FastifyReply, fields: Fields,
  ): Promise<FastifyReply> {
    const sessionId = fields.get('sessionid')
    if (sessionId === undefined) return refuse(reply, 'No session was named')
    const certified = fields.get('clientcert')?.toLowerCase() === 'true'
    if (!certified && !claimsProof(fields)) return show(request, reply, fields)
    const proof = certified ? certificateProof(request, deps.clock) : parseSessionProof(fields)
    const challenge = { handle: null, clientNonce: clientNonceOf(fields), wrong: true }
    if (proof === undefined) return sendChallenge(request, reply, deps, challenge)
    const result = await deps.administration.proveSession(sessionId, proof, originOf(request))
    switch (result.kind) {
      case 'session':
        return sendSession(reply, result.session)
      case 'unknown-session':
        return refuse(reply, 'There is no such session')
      case 'wrong-proof':
        return sendChallenge(request, reply, deps, challenge)
      case 'busy':
        return sendBusy(request, reply, deps, null)
    }
  }

  async function show(
    _request: FastifyRequest, reply: FastifyReply, fields: Fields,
  ): Promise<FastifyReply> {
    const sessionId = fields.get('sessionid')
    if (sessionId === undefined) return reply.type(JSON_TYPE).send('{"authenticated":false}')
    const result = await deps.administration.findSession(sessionId)
    if (result.kind !== 'session') return refuse(reply, 'There is no such session')
    return sendSession(reply, result.session)
  }

  async function close(
    _request: FastifyRequest, reply: FastifyReply, fields: Fields,
  ): Promise<FastifyReply> {
    const sessionId = fields.get('sessionid')
    if (sessionId !== undefined) await deps.administration.closeSession(sessionId)
    return reply.code(204).send()
  }

  function refuse(reply: FastifyReply, message: string): FastifyReply {
    deps.counters.add('http_refused_unknown-session_total')
    const responseCode = CODE.error
    return sendFailure(reply, 403, { responseCode, message, handle: null })
  }
}

/** The header's members, or parameters in its place. @throws BadRequestError */
function readFields(request: FastifyRequest): Fields {
  const authorization = parseAuthorization(request.headers.authorization)
  if (authorization.kind === 'handle') return authorization.fields
  if (authorization.kind === 'malformed' && authorization.scheme === 'handle') {
    throw new BadRequestError('The Authorization header is malformed')
  }
  return fieldsOf(readParameters(request))
}

function sendSession(reply: FastifyReply, session: SessionState): FastifyReply {
  const { authenticated } = session
  return reply.type(JSON_TYPE).send(JSON.stringify({
    ...formatSession(session),
    authenticated: authenticated !== null,
    ...(authenticated === null ? {} : { id: formatIdentity(authenticated) }),
  }))
}
