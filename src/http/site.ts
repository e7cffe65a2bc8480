import type { FastifyInstance } from 'fastify'
import { decodeSite } from '../record/site.ts'
import { formatSite } from '../record/site-json.ts'
import { CODE } from '../wire/layout.ts'
import type { HttpDeps } from './deps.ts'
import { allowOrigin, JSON_TYPE } from './reply.ts'

/** `GET /api/site`: this node's HS_SITE as JSON (§10.3 Success bodies). */
export function addSite(server: FastifyInstance, deps: HttpDeps): void {
  const site = formatSite(decodeSite(deps.siteBytes))
  const body = JSON.stringify({ responseCode: CODE.success, site })
  server.get('/api/site', (request, reply) => {
    allowOrigin(request, reply)
    return reply.type(JSON_TYPE).send(body)
  })
}
