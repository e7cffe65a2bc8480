import type { CommandRefusal } from '../record/command.ts'
import type { FailureReason, Outcome } from '../record/outcome.ts'

/** The Handle response code of an outcome, as the JSON API shows it in `responseCode`. */
export function responseCodeOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'found':
      return 1
    case 'absent':
      return 100
    case 'no-values':
      return 200
    case 'restricted':
      return outcome.readableBy === 'nobody' ? 401 : 402
    case 'referral':
      return outcome.to === 'service' ? 302 : 303
    case 'not-homed':
      return 301
    case 'failed':
      return failureCodeOf(outcome.reason)
  }
}

function failureCodeOf(reason: FailureReason): number {
  switch (reason) {
    case 'busy':
      return 3
    case 'recursion':
      return 6
    case 'store':
    case 'upstream':
    case 'deadline':
      return 2
  }
}

/** Response codes that the HTTP doors answer with of themselves. */
export const API_CODE = {
  error: 2, busy: 3, protocolError: 4, notSupported: 5, invalidHandle: 102, invalidValue: 202,
  needsLogin: 402, authenticationError: 406,
}

/** The Handle response codes of refused commands. */
export const REFUSAL_CODES: Readonly<Record<CommandRefusal, number>> = {
  failed: 2,
  busy: 3,
  'not-supported': 5,
  'read-only': 7,
  'handle-not-found': 100,
  'handle-exists': 101,
  'invalid-handle': 102,
  'values-not-found': 200,
  'value-exists': 201,
  'invalid-value': 202,
  'not-responsible': 301,
  'invalid-administrator': 400,
  'insufficient-permissions': 401,
  'authentication-failed': 403,
  'authentication-timeout': 405,
  'authentication-error': 406,
}

/**
 * The HTTP status of a response code (§10.4 Error → status).
 * @param of that a record has no such values is an answer to who reads, an error of who writes
 */
export function statusOf(responseCode: number, of: 'read' | 'write' = 'read'): number {
  switch (responseCode) {
    case 1:
      return 200
    case 200:
      return of === 'read' ? 200 : 400
    case 100:
      return 404
    case 101:
    case 201:
      return 409
    case 302:
    case 303:
      return 300
    case 4:
    case 102:
    case 202:
    case 301:
      return 400
    case 3:
    case 7:
      return 503
    case 5:
      return 501
    case 400:
    case 401:
    // Over plain HTTP nobody may show a secret; over HTTPS the challenge has its own status.
    case 402:
    case 403:
    case 404:
      return 403
    default:
      return 500
  }
}

const FAILURE_MESSAGES: Readonly<Record<FailureReason, string>> = {
  store: 'The node could not read its records; the identifier may exist',
  busy: 'The node is too busy at the moment; the identifier may exist',
  upstream: 'The nodes that answer for this identifier could not be asked; it may exist',
  deadline: 'The nodes that answer for this identifier did not answer in time; it may exist',
  recursion: 'The question was passed on by too many nodes; the identifier may exist',
}

/** What an error body says, where the code has a text of its own. */
export function messageOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'not-homed':
      return "That prefix doesn't live here"
    case 'failed':
      return FAILURE_MESSAGES[outcome.reason]
    case 'restricted':
      return outcome.readableBy === 'nobody'
        ? 'Nobody may read one of these values'
        : 'One of these values needs an administrator, and plain HTTP takes no login'
    default:
      return undefined
  }
}
