import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CODE } from '../../wire/layout.ts'
import { statusOf } from '../codes.ts'
import { SESSION_BODY_BYTES_MAX } from '../limits.ts'
import { BadRequestError, nameBehind } from '../question.ts'
import { allowOrigin, sendFailure, sendJson } from '../reply.ts'
import { readParameters } from '../parameters.ts'
import { type AdministrationDeps, fieldsOf, originOf } from './proof.ts'
import { parseVerification } from './session-proof.ts'

const BASE = '/api/verifications/'
const WRONG_FORM = 'index:handle in the path, and nonce, cnonce, alg and signature are needed '
  + '(with PBKDF2 also salt, iterations and length)'

/** `/api/verifications`: whether someone's answer to a nonce is right (§10.3 Success bodies). */
export function addVerifications(server: FastifyInstance, deps: AdministrationDeps): void {
  server.get(`${BASE}*`, answer)
  server.post(`${BASE}*`, { bodyLimit: SESSION_BODY_BYTES_MAX }, answer)

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    deps.counters.add('http_api_requests_total')
    allowOrigin(request, reply)
    const fields = fieldsOf(readParameters(request))
    const verification = parseVerification(nameBehind(request, BASE), fields)
    if (verification === undefined) throw new BadRequestError(WRONG_FORM)
    const { handle } = verification.identity
    const isValid = await deps.administration.verify(verification, originOf(request))
    if (isValid === undefined) {
      deps.counters.add('http_refused_authentication-error_total')
      const responseCode = CODE.authenticationError
      const message = 'The key of that identity could not be found out'
      return sendFailure(reply, statusOf(responseCode, 'read'), { responseCode, message, handle })
    }
    const body = JSON.stringify({ responseCode: CODE.success, isValid, handle })
    return sendJson(reply, 200, body, fields.get('callback') ?? null)
  }
}
