import type { Answer } from '../client/outcome.ts'
import type { SiteProtocol } from '../record/site.ts'
import type { Outcome } from '../record/outcome.ts'
import { CODE } from '../wire/layout.ts'

/** One step of a walk, for people who want to see where an answer comes from. */
export interface TraceStep {
  /** What was asked for. */
  readonly name: string
  /** Who said it: this node's own records or memory, another node, or a walk under way. */
  readonly from: 'records' | 'cache' | 'stale cache' | 'server' | 'another walk'
  /** Where that node was asked; null when nobody was. */
  readonly server: string | null
  readonly protocol: SiteProtocol | null
  /** What was said, such as `found, 3 values`. */
  readonly answer: string
  readonly tookMs: number
}

export type TraceSink = (step: TraceStep) => void

/** The whole walk to one identifier. */
export interface Trace {
  readonly identifier: string
  readonly steps: readonly TraceStep[]
  /** What it came to, such as `found`. */
  readonly outcome: string
  readonly tookMs: number
}

/** An answer's response code in words. */
export function formatAnswer(answer: Pick<Answer, 'code' | 'values' | 'handle'>): string {
  const { code, values, handle } = answer
  switch (code) {
    case CODE.success:
      return formatCount(values.length)
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
