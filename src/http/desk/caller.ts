import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../desk/door.ts'
import { chooseLanguage } from '../../desk/language.ts'
import { isLoopback } from '../local.ts'
import { FaultError, faultText } from './faults.ts'
import type { Problem } from './problem.ts'

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i

/** Who calls, as a request says it. */
export function callerOf(request: FastifyRequest): Caller {
  const { authorization } = request.headers
  const [, secret] = authorization === undefined ? [] : BEARER.exec(authorization) ?? []
  return {
    // Whatever else was sent is no secret that the desk made.
    secret: secret ?? (authorization === undefined ? null : ''),
    address: request.ip,
    language: chooseLanguage(request.headers['accept-language']),
  }
}

/**
 * Secrets and personal data go over plain HTTP only inside this machine, where a proxy that ends
 * TLS may stand; or from anywhere, when the operator says that only such a proxy can reach it.
 */
export function checkTransport(
  request: FastifyRequest, plainFromAnywhere: boolean,
): Problem | undefined {
  if (request.protocol === 'https' || plainFromAnywhere || isLoopback(request.ip)) return undefined
  return { code: 'https-needed', message: faultText('https', callerOf(request).language) }
}

/** One place of a list, which may be empty (RFC 9110 §5.6.1, §8.8.3). */
const TAG = /[ \t]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")?[ \t]*(?:,|$)/gy
/** A tag of ours. Weak ones match nothing (§13.1.1). */
const OWN_TAG = /^"(\d{1,15})"$/

/**
 * The versions in an If-Match header: those of its tags that a version here can have.
 * @throws FaultError when it is neither a list of tags nor `*`
 */
export function readIfMatch(header: string | undefined): readonly number[] | 'any' | null {
  if (header === undefined) return null
  if (header.trim() === '*') return 'any'
  const places = [...header.matchAll(TAG)]
  const tags = places.flatMap(([, tag]) => tag ?? [])
  const length = places.reduce((sum, [place]) => sum + place.length, 0)
  if (length < header.length || tags.length === 0) {
    throw new FaultError('if-match')
  }
  return tags.flatMap((tag) => OWN_TAG.exec(tag)?.[1] ?? []).map(Number)
}
