import type { Outcome } from '../record/outcome.ts'
import { formatValue } from '../record/value-json.ts'
import { responseCodeOf } from '../wire/codes.ts'
import { decodeValues } from '../wire/values.ts'
import { messageOf } from './codes.ts'

/**
 * The JSON body of a resolution (§10.3 Success bodies), members in the peers' order.
 * @param name as it was asked
 */
export function formatResolveBody(name: string, outcome: Outcome): string {
  return JSON.stringify(resolveObject(name, outcome))
}

/** The same, indented for people. */
export function formatResolveBodyPretty(name: string, outcome: Outcome): string {
  return JSON.stringify(resolveObject(name, outcome), null, 2)
}

function resolveObject(name: string, outcome: Outcome): object {
  const responseCode = responseCodeOf(outcome)
  switch (outcome.kind) {
    case 'found':
      return { responseCode, handle: name, values: decodeValues(outcome.block).map(formatValue) }
    case 'no-values':
      return { responseCode, values: [], handle: name }
    case 'referral': {
      const service = outcome.handle === '' ? {} : { service: outcome.handle }
      const values = outcome.block === null
        ? {}
        : { values: decodeValues(outcome.block).map(formatValue) }
      return { responseCode, handle: name, ...service, ...values }
    }
    default: {
      const message = messageOf(outcome)
      return { responseCode, ...(message === undefined ? {} : { message }), handle: name }
    }
  }
}
