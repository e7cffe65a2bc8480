import type { Outcome } from '../record/outcome.ts'

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
      return outcome.reason === 'busy' ? 3 : 2
  }
}

/** Response codes that the HTTP doors answer with of themselves. */
export const API_CODE = { protocolError: 4, notSupported: 5, invalidHandle: 102, needsLogin: 402 }

/** The HTTP status of a response code when something is read (§10.4 Error → status). */
export function statusOf(responseCode: number): number {
  switch (responseCode) {
    case 1:
    case 200:
      return 200
    case 100:
      return 404
    case 302:
    case 303:
      return 300
    case 4:
    case 102:
    case 301:
      return 400
    case 3:
      return 503
    case 5:
      return 501
    case 401:
    // Over plain HTTP nobody may show a secret, so there is no way to log in here.
    case 402:
      return 403
    default:
      return 500
  }
}

/** What an error body says, where the code has a text of its own. */
export function messageOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'not-homed':
      return "That prefix doesn't live here"
    case 'failed':
      return 'The node could not read its records; the identifier may exist'
    case 'restricted':
      return outcome.readableBy === 'nobody'
        ? 'Nobody may read one of these values'
        : 'One of these values needs an administrator, and plain HTTP takes no login'
    default:
      return undefined
  }
}
