import type { OutcomeKind } from './outcome.ts'
import type { SiteProtocol } from './site.ts'

/** One step of a walk, for people who want to see where an answer comes from. */
export interface TraceStep {
  /** What was asked for. */
  readonly name: string
  /** Who said it: the node's own records or memory, another node, or a walk under way. */
  readonly from: 'records' | 'cache' | 'stale cache' | 'server' | 'another walk'
  /** Where that node was asked; null when nobody was. */
  readonly server: string | null
  readonly protocol: SiteProtocol | null
  /** What was said, such as `found, 3 values`. */
  readonly answer: string
  readonly tookMs: number
}

/** The whole walk to one identifier. */
export interface Trace {
  readonly identifier: string
  readonly steps: readonly TraceStep[]
  readonly kind: OutcomeKind
  /** What it came to, such as `found, 3 values`. */
  readonly outcome: string
  readonly tookMs: number
}
