import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { MODES } from '../../desk/batch.ts'
import { registerLines } from '../../desk/bulk.ts'
import type { Desk } from '../../desk/door.ts'
import { systemClock } from '../../lib/clock.ts'
import { keepOpen } from '../streaming.ts'
import { callerOf } from './caller.ts'
import { faultText } from './faults.ts'
import { sendProblem } from './problem.ts'
import { STREAM_PATH } from './routes.ts'

export const LINES_TYPE = 'application/x-ndjson'

/** How a stream is stored and answered. */
export const streamQuery = z.strictObject({
  mode: z.enum(MODES).default('create'),
  results: z.enum(['all', 'failed']).default('all'),
})

/** Bulk registration: one registration a line in, one result a line out, any length. */
export function addStream(server: FastifyInstance, desk: Desk): void {
  const open = new Set<IncomingMessage>()
  server.register((scope, _options, done) => {
    // A node that stops waits for requests to end, and a stream may have no end.
    scope.addHook('preClose', (closed) => {
      for (const request of open) request.destroy()
      closed()
    })
    // The body is not gathered: whoever handles the request reads it as it comes.
    scope.addContentTypeParser(LINES_TYPE, (_request, payload, taken) => {
      taken(null, payload)
    })
    scope.post(STREAM_PATH, async (request, reply) => {
      const caller = callerOf(request)
      const options = streamQuery.safeParse(request.query)
      if (!options.success || !(request.body instanceof Readable)) {
        const message = faultText('stream', caller.language)
        return sendProblem(reply, { code: 'bad-request', message }, caller.language)
      }
      const opened = await desk.openStream(caller)
      if (opened.kind === 'refused') return sendProblem(reply, opened, caller.language)
      keepOpen(request.raw.socket)
      open.add(request.raw)
      reply.raw.once('close', () => open.delete(request.raw))
      // Whoever goes on sending after the last answer speaks to nobody.
      reply.raw.once('finish', () => {
        if (!request.raw.complete) request.raw.destroy()
      })
      const { mode, results } = options.data
      const answers = registerLines(
        desk, caller, request.body, { mode, answersAll: results === 'all' }, systemClock)
      return reply.type(LINES_TYPE).header('cache-control', 'no-store')
        .send(Readable.from(answers, { objectMode: false, highWaterMark: 65_536 }))
    })
    done()
  })
}
