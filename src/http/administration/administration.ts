import type { FastifyInstance, FastifyReply } from 'fastify'
import { CODE } from '../../wire/layout.ts'
import type { HttpDeps } from '../deps.ts'
import { readParameters } from '../parameters.ts'
import { sendApiError } from '../reply.ts'
import { addHandleWrites } from './handles.ts'
import { addListing, readPrefix } from './listing.ts'
import { addPrefixes } from './prefixes.ts'
import type { AdministrationDeps } from './proof.ts'
import { addSessions } from './sessions.ts'
import { addVerifications } from './verifications.ts'

/** The administrative part of the JSON API (§10); a node that takes no changes says so. */
export function addAdministration(server: FastifyInstance, deps: HttpDeps): void {
  if (!hasAdministration(deps)) {
    addRefusals(server, deps)
    return
  }
  addHandleWrites(server, deps)
  addListing(server, deps)
  addPrefixes(server, deps)
  addSessions(server, deps)
  addVerifications(server, deps)
}

/** Whether this node takes changes. */
export function hasAdministration(deps: HttpDeps): deps is AdministrationDeps {
  return deps.administration !== null
}

function addRefusals(server: FastifyInstance, deps: HttpDeps): void {
  const all = ['GET', 'POST', 'PUT', 'DELETE']
  const routes = [
    { url: '/api/handles/*', method: ['PUT', 'DELETE'] },
    ...['/api/prefixes', '/api/prefixes/*', '/api/sessions', '/api/sessions/*',
      '/api/verifications/*'].map((url) => ({ url, method: all })),
  ]
  for (const route of routes) server.route({ ...route, handler: (_, reply) => refuse(reply) })
  server.get('/api/handles', (request, reply) => {
    readPrefix(readParameters(request))
    return refuse(reply)
  })

  function refuse(reply: FastifyReply): FastifyReply {
    deps.counters.add('http_refused_not-supported_total')
    const message = 'This node takes no administration'
    return sendApiError(reply, 501, CODE.notSupported, message)
  }
}
