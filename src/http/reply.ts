import type { FastifyReply, FastifyRequest } from 'fastify'
import { CALLBACK_BYTES_MAX } from './limits.ts'

export const JSON_TYPE = 'application/json;charset=UTF-8'
const JSONP_TYPE = 'application/javascript;charset=UTF-8'
const UNSAFE_IN_CALLBACK = /[^A-Za-z0-9_$.[\]]/g
/** Line ends that JSON allows in text and old scripts do not. */
const SCRIPT_LINE_ENDS = /[\u2028\u2029]/g

/** Lets scripts of any site read what the API shows: it shows nothing that is not public. */
export function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers
  if (origin === undefined) return
  reply
    .header('access-control-allow-origin', origin)
    .header('access-control-expose-headers', 'Content-Length')
    .header('vary', 'Origin')
}

/** Sends a JSON body, or the call of a JSONP callback with it (§10.2 Query parameters). */
export function sendJson(
  reply: FastifyReply, status: number, body: string, callback: string | null,
): FastifyReply {
  if (callback === null) return reply.code(status).type(JSON_TYPE).send(body)
  const name = callback.slice(0, CALLBACK_BYTES_MAX).replace(UNSAFE_IN_CALLBACK, '_')
  const safe = body.replace(SCRIPT_LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))
  // The comment and nosniff keep the answer from being taken for anything but a script.
  return reply
    .code(status)
    .type(JSONP_TYPE)
    .header('x-content-type-options', 'nosniff')
    .send(`/**/${name}(${safe});`)
}

/** Sends an error of the API: code and message, no handle. */
export function sendApiError(
  reply: FastifyReply, status: number, responseCode: number, message: string,
): FastifyReply {
  const body = JSON.stringify({ responseCode, message })
  return reply.code(status).type(JSON_TYPE).send(body)
}
