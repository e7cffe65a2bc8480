import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AnswerMark } from '../resolver/resolver.ts'
import { EXPIRES_SECONDS_MAX } from './limits.ts'
import { allowOrigin, type ApiBody } from './reply.ts'

/** An answer with values, ready to send. */
export interface Representation {
  /** Names and values in turn, as they are written. */
  readonly headers: readonly string[]
  /** The same, for one who has the body already (304). */
  readonly unchangedHeaders: readonly string[]
  readonly etag: string
  /**
   * The body's bytes, a character each: a string and the head before it leave in one write, where
   * a Buffer would be a second one.
   */
  readonly body: string
  /** Headers, empty line and body, as they are written behind an answer's first lines. */
  readonly message: string
}

/** A representation for whoever asks with the same URL, as long as its mark holds. */
export interface RememberedReply {
  readonly representation: Representation
  readonly mark: AnswerMark
  /** Memory that it takes. */
  readonly bytes: number
}

const ETAG_CHARACTERS = 22

/**
 * Puts headers before a body. Values are public and the same for everyone, so that proxies may
 * keep them as long as clients of the protocol may; and they may check with the tag whether the
 * values are still the same, which it tells to the byte.
 */
export function createRepresentation(
  { type, text, isScript }: ApiBody, ttlSeconds: number,
): Representation {
  const bytes = Buffer.from(text).toString('latin1')
  const etag = `"${hash('sha256', text, 'base64url').slice(0, ETAG_CHARACTERS)}"`
  const ageSeconds = Math.max(0, Math.min(ttlSeconds, EXPIRES_SECONDS_MAX))
  const unchangedHeaders = [
    'etag', etag,
    'cache-control', `max-age=${ageSeconds}`,
    // What is kept for one site's scripts names that site, and is no answer to another's.
    'vary', 'Origin',
  ]
  const headers = [
    'content-type', type,
    'content-length', String(bytes.length),
    ...unchangedHeaders,
    // Keeps a script from being taken for anything else.
    ...(isScript ? ['x-content-type-options', 'nosniff'] : []),
  ]
  const message = `${formatHeaders(headers)}\r\n${bytes}`
  // A part of the message, so that it takes no memory of its own.
  const body = message.slice(message.length - bytes.length)
  return { headers, unchangedHeaders, etag, body, message }
}

/** Headers as they are written, a line each. @param headers names and values in turn */
export function formatHeaders(headers: readonly string[]): string {
  let lines = ''
  for (let i = 0; i < headers.length; i += 2) {
    lines += `${headers[i] ?? ''}: ${headers[i + 1] ?? ''}\r\n`
  }
  return lines
}

/** Sends a representation, or word that the client has it already. */
export function sendRepresentation(
  request: FastifyRequest, reply: FastifyReply, representation: Representation,
): FastifyReply {
  allowOrigin(request, reply)
  // Only who gets can have it already: to another method 304 is no answer (RFC 9110, 13.1.2).
  const unchanged = request.method !== 'POST'
    && isUnchanged(request.headers['if-none-match'], representation.etag)
  const headers = unchanged ? representation.unchangedHeaders : representation.headers
  for (let i = 0; i < headers.length; i += 2) reply.header(headers[i] ?? '', headers[i + 1])
  if (unchanged) return reply.code(304).send()
  return reply.code(200).send(Buffer.from(representation.body, 'latin1'))
}

/** Whether a client that sent `If-None-Match` has this body already (RFC 9110, 13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
