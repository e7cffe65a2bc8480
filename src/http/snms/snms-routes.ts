import type { FastifyError, FastifyInstance } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import { checkTransport } from '../desk/caller.ts'
import type { DeskDeps } from '../desk/desk-routes.ts'
import { addData } from './data.ts'
import { addEnterprises } from './enterprises.ts'
import { refuse, sendEnvelope, SNMS_STATUS } from './envelope.ts'
import { addFiles } from './files.ts'
import { addIdentity } from './identity.ts'
import { addPrefixes } from './prefixes.ts'
import { addTemplates } from './templates.ts'

/** The interface that connectors made for SNMS speak, over the same desk. */
export function addSnms(server: FastifyInstance, deps: DeskDeps, clock: Clock): void {
  server.register((scope, _options, done) => {
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      const bad = error.statusCode !== undefined && error.statusCode < 500
      return bad
        ? refuse(reply, `请求有误: ${error.message}`)
        : sendEnvelope(reply, SNMS_STATUS.failed, '系统繁忙', null)
    })
    scope.addHook('onRequest', (request, reply, next) => {
      const problem = checkTransport(request, deps.plainFromAnywhere)
      if (problem === undefined) next()
      else sendEnvelope(reply, SNMS_STATUS.forbidden, problem.message, null)
    })
    addIdentity(scope, deps.desk)
    addData(scope, deps.desk, clock)
    addTemplates(scope, deps.desk)
    addPrefixes(scope, deps.desk)
    addEnterprises(scope, deps.desk)
    addFiles(scope, deps.desk)
    done()
  })
}
