import type { CommandRefusal, CommandResult } from '../record/command.ts'
import type { FailureReason, Outcome } from '../record/outcome.ts'
import { CODE } from '../wire/layout.ts'

/**
 * The Handle response code of an outcome: the one place where the native door knows codes.
 * `proto/outcomes.md` shows the same table.
 */
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

const REFUSAL_CODES: Readonly<Record<CommandRefusal, number>> = {
  'not-responsible': CODE.notResponsible,
  'handle-not-found': CODE.handleNotFound,
  'handle-exists': CODE.handleExists,
  'invalid-handle': CODE.invalidHandle,
  'values-not-found': CODE.valuesNotFound,
  'value-exists': CODE.valueExists,
  'invalid-value': CODE.invalidValue,
  'invalid-administrator': CODE.invalidAdmin,
  'insufficient-permissions': CODE.insufficientPermissions,
  'authentication-failed': CODE.authenticationFailed,
  'authentication-timeout': CODE.authenticationTimeout,
  'authentication-error': CODE.authenticationError,
  'not-supported': CODE.notSupported,
  busy: CODE.busy,
  'read-only': CODE.readOnly,
  failed: CODE.error,
}

/** The Handle response code of what became of a command. */
export function commandCodeOf(result: CommandResult): number {
  switch (result.kind) {
    case 'done':
    case 'values':
    case 'names':
      return CODE.success
    case 'authentication-needed':
      return CODE.authenticationNeeded
    case 'refused':
      return REFUSAL_CODES[result.reason]
  }
}
