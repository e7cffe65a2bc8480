import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** `/openapi.json`, and `/docs` to read and try it: all of it comes from this node. */
export function addDocs(
  server: FastifyInstance, specification: Readonly<Record<string, unknown>>,
): void {
  const body = JSON.stringify(specification)
  server.register(async (scope) => {
    scope.get('/openapi.json', (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(body))
    await scope.register(swagger, {
      mode: 'static',
      specification: { document: JSON.parse(body) as StaticDocumentSpec['document'] },
    })
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: {
        // The usual validator is somebody else's server.
        validatorUrl: null, docExpansion: 'list', deepLinking: true, tryItOutEnabled: true,
      },
      staticCSP: "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        + "object-src 'none'; frame-ancestors 'none'; base-uri 'self'",
    })
  })
}
