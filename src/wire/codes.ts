import type { CommandRefusal } from '../record/command.ts'
import type { FailureReason, Outcome } from '../record/outcome.ts'
import { CODE } from './layout.ts'

/** The response code of an outcome (§3.2). `proto/outcomes.md` shows the same table. */
export function responseCodeOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'found':
      return CODE.success
    case 'absent':
      return CODE.handleNotFound
    case 'no-values':
      return CODE.valuesNotFound
    case 'restricted':
      return outcome.readableBy === 'nobody'
        ? CODE.insufficientPermissions
        : CODE.authenticationNeeded
    case 'referral':
      return outcome.to === 'service' ? CODE.serviceReferral : CODE.prefixReferral
    case 'not-homed':
      return CODE.notResponsible
    case 'failed':
      return failureCodeOf(outcome.reason)
  }
}

function failureCodeOf(reason: FailureReason): number {
  switch (reason) {
    case 'busy':
      return CODE.busy
    case 'recursion':
      return CODE.recursionTooHigh
    case 'store':
    case 'upstream':
    case 'deadline':
      return CODE.error
  }
}

/** The response codes of refused commands (§3.2), in the order of `proto/outcomes.md`. */
export const REFUSAL_CODES: Readonly<Record<CommandRefusal, number>> = {
  failed: CODE.error,
  busy: CODE.busy,
  'not-supported': CODE.notSupported,
  'read-only': CODE.readOnly,
  'handle-not-found': CODE.handleNotFound,
  'handle-exists': CODE.handleExists,
  'invalid-handle': CODE.invalidHandle,
  'values-not-found': CODE.valuesNotFound,
  'value-exists': CODE.valueExists,
  'invalid-value': CODE.invalidValue,
  'not-responsible': CODE.notResponsible,
  'invalid-administrator': CODE.invalidAdmin,
  'insufficient-permissions': CODE.insufficientPermissions,
  'authentication-failed': CODE.authenticationFailed,
  'authentication-timeout': CODE.authenticationTimeout,
  'authentication-error': CODE.authenticationError,
}
