import type { Outcome } from '../record/outcome.ts'
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
      return outcome.reason === 'busy' ? CODE.busy : CODE.error
  }
}
