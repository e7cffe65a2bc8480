import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Language } from '../../desk/language.ts'
import type { Issue, RefusalCode } from '../../desk/refusal.ts'
import { DESK_RESPONSE_CODE, DESK_STATUS } from './statuses.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** An error of the desk's interface (RFC 9457 §3). */
export const problemSchema = z.object({
  type: z.string().meta({ description: 'urn:suibiao:problem: and the code' }),
  title: z.string().meta({ description: 'For people, in the language of Content-Language' }),
  status: z.int(),
  code: z.string(),
  responseCode: z.int().optional()
    .meta({ description: 'The number that the Handle protocol or the field has for it' }),
  errors: z.array(z.object({
    pointer: z.string().meta({ description: 'Where, as a JSON pointer into the request' }),
    rule: z.string(),
    message: z.string(),
  })).optional(),
})

/** What became of a call that was refused, or of a request that is none. */
export interface Problem {
  readonly code: RefusalCode | 'bad-request' | 'not-acceptable' | 'too-large' | 'https-needed'
  readonly message: string
  readonly issues?: readonly Issue[]
  readonly retryAfterSeconds?: number | null
}

const OWN_STATUS = {
  'bad-request': 400, 'not-acceptable': 415, 'too-large': 413, 'https-needed': 403,
} as const

function statusOfProblem(code: Problem['code']): number {
  return code in OWN_STATUS
    ? OWN_STATUS[code as keyof typeof OWN_STATUS]
    : DESK_STATUS[code as RefusalCode]
}

/** Sends a problem. */
export function sendProblem(
  reply: FastifyReply, { code, message, issues, retryAfterSeconds }: Problem, language: Language,
): FastifyReply {
  const status = statusOfProblem(code)
  const responseCode = DESK_RESPONSE_CODE[code as RefusalCode]
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="desk"')
  return reply.code(status).type(PROBLEM_TYPE).header('content-language', language)
    .header('cache-control', 'no-store').send(JSON.stringify({
      type: `urn:suibiao:problem:${code}`,
      title: message,
      status,
      code,
      ...(responseCode === undefined ? {} : { responseCode }),
      ...(issues === undefined || issues.length === 0 ? {} : { errors: issues }),
    }))
}
