import type { FastifyReply, FastifyRequest } from 'fastify'
import { NATIVE_MEDIA_TYPE } from '../wire/layout.ts'
import { originOf } from './administration/proof.ts'
import type { HttpDeps } from './deps.ts'
import { BadRequestError } from './question.ts'

const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a

/** Whether a request carries a native message: both headers must say so (§7.3 HTTP tunnel). */
export function isTunnelled(request: FastifyRequest): boolean {
  const { accept, 'content-type': type } = request.headers
  return (
    accept?.toLowerCase().includes(NATIVE_MEDIA_TYPE) === true &&
    type?.toLowerCase().includes(NATIVE_MEDIA_TYPE) === true
  )
}

/**
 * Answers a native message in an HTTP body (§7.3 HTTP tunnel). The answer has a length and is
 * not chunked: the Java client reads header lines, then the envelope.
 */
export async function answerTunnelled(
  request: FastifyRequest, reply: FastifyReply, deps: HttpDeps,
): Promise<FastifyReply> {
  deps.counters.add('http_tunnel_requests_total')
  if (!Buffer.isBuffer(request.body)) throw new BadRequestError('The body is no native message')
  const body = request.body
  const skipped = body[0] === CARRIAGE_RETURN || body[0] === LINE_FEED ? 1 : 0
  const answer = await deps.answerNative(body.subarray(skipped), originOf(request))
  if (answer === undefined) throw new BadRequestError('The native message can not be answered')
  return reply.type(NATIVE_MEDIA_TYPE).header('content-length', answer.length).send(answer)
}
