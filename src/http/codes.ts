import type { FailureReason, Outcome } from '../record/outcome.ts'
import { CODE } from '../wire/layout.ts'

/**
 * The HTTP status of a response code (§10.4 Error → status).
 * @param of that a record has no such values is an answer to who reads, an error of who writes
 */
export function statusOf(responseCode: number, of: 'read' | 'write' = 'read'): number {
  switch (responseCode) {
    case CODE.success:
      return 200
    case CODE.valuesNotFound:
      return of === 'read' ? 200 : 400
    case CODE.handleNotFound:
      return 404
    case CODE.handleExists:
    case CODE.valueExists:
      return 409
    case CODE.serviceReferral:
    case CODE.prefixReferral:
      return 300
    case CODE.protocolError:
    case CODE.invalidHandle:
    case CODE.invalidValue:
    case CODE.notResponsible:
      return 400
    case CODE.busy:
    case CODE.readOnly:
      return 503
    case CODE.notSupported:
      return 501
    case CODE.invalidAdmin:
    case CODE.insufficientPermissions:
    // Over plain HTTP nobody may show a secret; over HTTPS the challenge has its own status.
    case CODE.authenticationNeeded:
    case CODE.authenticationFailed:
    case CODE.invalidCredential:
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
