import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../lib/clock.ts'
import type { Found, Outcome } from '../record/outcome.ts'
import { CALLBACK_BYTES_MAX } from './limits.ts'

export const JSON_TYPE = 'application/json;charset=UTF-8'
/**
 * For answers that say something of this moment or of one asker. A status such as 404 might be
 * kept by a proxy otherwise, and a name just registered would stay unknown behind it.
 */
const NOT_KEPT = 'no-store'
const JSONP_TYPE = 'application/javascript;charset=UTF-8'
const UNSAFE_IN_CALLBACK = /[^A-Za-z0-9_$.[\]]/g
/** Line ends that JSON allows in text and old scripts do not. */
const SCRIPT_LINE_ENDS = /[\u2028\u2029]/g

/** Lets scripts of any site read what the API shows: it shows nothing that is not public. */
export function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers
  if (origin === undefined) return
  const headers = originHeaders(origin)
  for (let i = 0; i < headers.length; i += 2) reply.header(headers[i] ?? '', headers[i + 1])
  reply.header('vary', 'Origin')
}

/**
 * Says of an answer whose time is over that nobody upstream could renew it (RFC 9111 §5.5).
 * @returns whether it is one
 */
export function markStale(reply: FastifyReply, outcome: Outcome): boolean {
  const stale = outcome.kind === 'found' && outcome.recursed?.stale === true
  if (stale) reply.header('warning', '110 - "Response is Stale"')
  return stale
}

/** How long an answer may be kept by who gets it: of another node's, what is left of its time. */
export function keptSeconds({ ttlSeconds, recursed }: Found, clock: Clock): number {
  if (recursed === undefined || recursed.stale) return ttlSeconds
  return Math.max(0, Math.floor((recursed.freshUntilMs - clock.elapsedMs()) / 1000))
}

/** The headers that let a site's scripts read an answer: names and values in turn. */
export function originHeaders(origin: string): string[] {
  return [
    'access-control-allow-origin', origin,
    'access-control-expose-headers', 'Content-Length',
  ]
}

/** A body of the API and what it is. */
export interface ApiBody {
  readonly type: string
  readonly text: string
  /** Whether it is a script, which a browser may not take for anything else. */
  readonly isScript: boolean
}

/** A JSON text as a body, or as the call of a JSONP callback (§10.2 Query parameters). */
export function createApiBody(json: string, callback: string | null): ApiBody {
  if (callback === null) return { type: JSON_TYPE, text: json, isScript: false }
  const name = callback.slice(0, CALLBACK_BYTES_MAX).replace(UNSAFE_IN_CALLBACK, '_')
  const safe = json.replace(SCRIPT_LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))
  // The comment and nosniff keep the answer from being taken for anything but a script.
  return { type: JSONP_TYPE, text: `/**/${name}(${safe});`, isScript: true }
}

/** Sends a JSON body, or the call of a JSONP callback with it; nobody may keep it. */
export function sendJson(
  reply: FastifyReply, status: number, json: string, callback: string | null,
): FastifyReply {
  const { type, text, isScript } = createApiBody(json, callback)
  if (isScript) reply.header('x-content-type-options', 'nosniff')
  return reply.code(status).type(type).header('cache-control', NOT_KEPT).send(text)
}

/** Sends an error of the API: code and message, no handle. */
export function sendApiError(
  reply: FastifyReply, status: number, responseCode: number, message: string,
): FastifyReply {
  return sendFailure(reply, status, { responseCode, message, handle: null })
}

/** Why something was not done, and the name it is about; null: none. */
export interface Failure {
  readonly responseCode: number
  readonly message: string
  readonly handle: string | null
}

/** Sends an error of the API (§10.4 Error → status). */
export function sendFailure(reply: FastifyReply, status: number, failure: Failure): FastifyReply {
  const { responseCode, message, handle } = failure
  const body = JSON.stringify({
    responseCode, ...(message === '' ? {} : { message }), ...(handle === null ? {} : { handle }),
  })
  return sendJson(reply, status, body, null)
}
