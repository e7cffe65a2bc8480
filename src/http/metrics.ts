import { fastify, type FastifyInstance } from 'fastify'
import { addHealth, type HealthDeps } from './health.ts'
import { isFromThisMachine } from './local.ts'

const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * `GET /metrics` at the common door, for peers on this machine only: what a node counts is its
 * operator's business. A request that a proxy on this machine hands on is from elsewhere.
 * @param metrics null when they have a door of their own
 */
export function addLocalMetrics(
  server: FastifyInstance, metrics: (() => Promise<string>) | null,
): void {
  server.get('/metrics', async (request, reply) => {
    if (metrics === null || !isFromThisMachine(request)) {
      reply.callNotFound()
      return reply
    }
    return reply.type(TEXT_TYPE).header('cache-control', 'no-store').send(await metrics())
  })
}

/**
 * A door of its own for who watches the node, for whoever can reach its address; it listens when
 * told to.
 */
export function createMetricsServer(
  metrics: () => Promise<string>, health: HealthDeps,
): FastifyInstance {
  const server = fastify({ logger: false })
  addHealth(server, health)
  server.get('/metrics', async (_request, reply) =>
    reply.type(TEXT_TYPE).header('cache-control', 'no-store').send(await metrics()))
  return server
}
