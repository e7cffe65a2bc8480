import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionState } from '../../registry/administration.ts'
import { CODE } from '../../wire/layout.ts'
import { RETRY_AFTER_SECONDS } from '../limits.ts'
import { allowOrigin, sendFailure } from '../reply.ts'
import { type AdministrationDeps, originOf } from './proof.ts'

const PLAIN_HTTP = 'This needs an administrator, and plain HTTP takes no login; use HTTPS'
const BASIC_SCHEME = /^\s*basic\b/i

export interface Challenge {
  /** The name that the request is about; null: none. */
  readonly handle: string | null
  readonly clientNonce: Buffer | null
  /** Whether a proof came and was wrong. */
  readonly wrong: boolean
}

/**
 * Asks for a proof of identity (§10.6 Authentication): 401 with a new session's nonce. Over
 * plain HTTP there is nothing to ask for, so it is 403.
 */
export async function sendChallenge(
  request: FastifyRequest, reply: FastifyReply, deps: AdministrationDeps, challenge: Challenge,
): Promise<FastifyReply> {
  if (request.protocol !== 'https') return sendPlainHttp(request, reply, deps, challenge.handle)
  const { clientNonce, wrong } = challenge
  deps.counters.add(wrong
    ? 'http_refused_authentication-failed_total'
    : 'http_refused_authentication-needed_total')
  const opened = await deps.administration.openSession(clientNonce, originOf(request))
  const schemes: string[] = []
  if (takesBasic(request)) schemes.push(formatScheme('Basic', { realm: 'handle' }, wrong))
  if (opened.kind === 'session') {
    schemes.push(formatScheme('Handle', { ...formatSession(opened.session) }, wrong))
  }
  if (schemes.length === 0) return sendBusy(request, reply, deps, challenge.handle)
  allowOrigin(request, reply)
  reply.header('www-authenticate', schemes)
  if (wrong) return reply.code(401).header('cache-control', 'no-store').send()
  const { handle } = challenge
  return sendFailure(reply, 401, {
    responseCode: CODE.authenticationNeeded, message: 'Authentication is needed', handle,
  })
}

/** Refuses what only HTTPS may carry. */
export function sendPlainHttp(
  request: FastifyRequest, reply: FastifyReply, deps: AdministrationDeps, handle: string | null,
): FastifyReply {
  deps.counters.add('http_refused_plain-http_total')
  allowOrigin(request, reply)
  return sendFailure(reply, 403, {
    responseCode: CODE.authenticationNeeded, message: PLAIN_HTTP, handle,
  })
}

/** Refuses for now: too many are asking, or this one has guessed wrong too often. */
export function sendBusy(
  request: FastifyRequest, reply: FastifyReply, deps: AdministrationDeps, handle: string | null,
): FastifyReply {
  deps.counters.add('http_refused_busy_total')
  allowOrigin(request, reply)
  return sendFailure(reply.header('retry-after', RETRY_AFTER_SECONDS), 503, {
    responseCode: CODE.busy, message: 'The node is busy; try again later', handle,
  })
}

/** A session's members as clients see them, in bodies and in the challenge. */
export function formatSession(session: SessionState): {
  sessionId: string; nonce: string; serverAlg?: string; serverSignature?: string
} {
  const { sessionId, nonce, server } = session
  return {
    sessionId,
    nonce: nonce.toString('base64'),
    ...(server === null ? {} : {
      serverAlg: server.algorithm, serverSignature: server.signature.toString('base64'),
    }),
  }
}

/** A browser would open its own login window for Basic, which scripts don't want. */
function takesBasic(request: FastifyRequest): boolean {
  const { authorization, 'x-requested-with': requestedWith } = request.headers
  if (requestedWith === 'XMLHttpRequest') return false
  return authorization === undefined || BASIC_SCHEME.test(authorization)
}

function formatScheme(
  scheme: string, members: Readonly<Record<string, string>>, wrong: boolean,
): string {
  const all = wrong ? { ...members, error: 'Identity not verified' } : members
  return `${scheme} ${Object.entries(all).map(([key, value]) => `${key}="${value}"`).join(', ')}`
}
