import type { FastifyInstance } from 'fastify'
import type { HttpDeps } from './deps.ts'

export type HealthDeps = Pick<HttpDeps, 'readiness' | 'holdings'>

/** `/healthz` for load balancers, `/readyz` with the state of each part for people. */
export function addHealth(server: FastifyInstance, deps: HealthDeps): void {
  server.get('/healthz', (_request, reply) => {
    const { ready } = deps.readiness()
    return reply.code(ready ? 200 : 503).header('cache-control', 'no-store').send({ ready })
  })
  server.get('/readyz', (_request, reply) => {
    const readiness = deps.readiness()
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ...readiness, holdings: deps.holdings() })
  })
}
