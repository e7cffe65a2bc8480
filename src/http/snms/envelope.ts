import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, CallResult } from '../../desk/door.ts'
import type { Issue, RefusalCode } from '../../desk/refusal.ts'
import { callerOf } from '../desk/caller.ts'

/** Status codes of the interface that connectors for SNMS speak. */
export const SNMS_STATUS = {
  done: 1, notLoggedIn: -1, refused: -2, forbidden: -3, failed: -4,
} as const
type SnmsStatus = (typeof SNMS_STATUS)[keyof typeof SNMS_STATUS]

/** What a refusal of the desk is called there. */
function snmsStatusOf(code: RefusalCode): SnmsStatus {
  switch (code) {
    case 'not-authenticated':
    case 'wrong-credentials':
      return SNMS_STATUS.notLoggedIn
    case 'forbidden':
    case 'not-yours':
      return SNMS_STATUS.forbidden
    case 'failed':
    case 'busy':
    case 'read-only':
      return SNMS_STATUS.failed
    default:
      return SNMS_STATUS.refused
  }
}

/** Everything is answered in one envelope, with HTTP 200: connectors read `status` alone. */
export function sendEnvelope(
  reply: FastifyReply, status: SnmsStatus, message: string, data: unknown,
): FastifyReply {
  return reply.code(200).header('cache-control', 'no-store').send({ message, status, data })
}

export function sendDone(reply: FastifyReply, data: unknown): FastifyReply {
  return sendEnvelope(reply, SNMS_STATUS.done, 'success', data)
}

/** Answers what changes something: `true` when it is done, else why it is not. */
export function sendChanged(reply: FastifyReply, result: CallResult): FastifyReply {
  return result.kind === 'refused' ? sendRefusal(reply, result) : sendDone(reply, true)
}

/** Refuses a request that breaks a rule of the interface. */
export function refuse(reply: FastifyReply, message: string): FastifyReply {
  return sendEnvelope(reply, SNMS_STATUS.refused, message, null)
}

/** Refuses a request without what it needs. @param names as people read them */
export function refuseMissing(reply: FastifyReply, names: string): FastifyReply {
  return refuse(reply, `缺少必要的请求参数: ${names}`)
}

export function sendRefusal(
  reply: FastifyReply,
  { code, message, issues }: {
    readonly code: RefusalCode; readonly message: string; readonly issues: readonly Issue[]
  },
): FastifyReply {
  const [first] = issues
  const text = first === undefined ? message : `${first.pointer}: ${first.message}`
  return sendEnvelope(reply, snmsStatusOf(code), text, null)
}

/** Who calls; told in Chinese unless another language is asked for. */
export function snmsCallerOf(request: FastifyRequest): Caller {
  const caller = callerOf(request)
  return request.headers['accept-language'] === undefined ? { ...caller, language: 'zh' } : caller
}
