import type { WalkAnswer } from '../client/upstream/walk-question.ts'
import type { TraceStep } from '../record/trace.ts'
import type { Outcome } from '../record/outcome.ts'
import { CODE } from '../wire/layout.ts'

export type TraceSink = (step: TraceStep) => void

/** An answer's response code in words. */
export function formatAnswer(answer: WalkAnswer): string {
  const { code, block, handle } = answer
  switch (code) {
    case CODE.success:
      return formatCount(block.readInt32BE(0))
    case CODE.handleNotFound:
      return 'absent'
    case CODE.valuesNotFound:
      return 'no values'
    case CODE.serviceReferral:
      return `service referral to ${handle}`
    case CODE.prefixReferral:
      return handle === '' ? 'prefix referral' : `prefix referral to ${handle}`
    case CODE.notResponsible:
      return 'not homed there'
    default:
      return `code ${code}`
  }
}

/** An outcome in words. */
export function formatOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'found':
      return formatCount(outcome.block.readInt32BE(0))
    case 'absent':
      return 'absent'
    case 'no-values':
      return 'no values'
    case 'restricted':
      return 'restricted'
    case 'referral':
      return outcome.handle === ''
        ? `${outcome.to} referral`
        : `${outcome.to} referral to ${outcome.handle}`
    case 'not-homed':
      return 'not homed here'
    case 'failed':
      return `failed (${outcome.reason})`
  }
}

function formatCount(count: number): string {
  return `found, ${count} ${count === 1 ? 'value' : 'values'}`
}
