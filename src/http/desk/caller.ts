import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../desk/door.ts'
import { chooseLanguage } from '../../desk/language.ts'
import { isLoopback } from '../local.ts'
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
  const { language } = callerOf(request)
  const message = language === 'zh'
    ? '请使用 HTTPS：登记业务不在明文 HTTP 上受理'
    : 'Use HTTPS: the desk takes no calls over plain HTTP from other machines'
  return { code: 'https-needed', message }
}

const ETAG = /^"(\d{1,15})"$/

/** The version in an If-Match header; -1 for one that no version has. */
export function readIfMatch(header: string | undefined): number | 'any' | null {
  if (header === undefined) return null
  if (header.trim() === '*') return 'any'
  const [, version] = ETAG.exec(header.trim()) ?? []
  return version === undefined ? -1 : Number(version)
}
