import type { ReplyCache } from '../cache/reply-cache.ts'
import type { Clock } from '../lib/clock.ts'
import type { Counter } from '../lib/counters.ts'
import type { HistogramSource } from '../lib/histograms.ts'
import type { Administration, Origin } from '../registry/administration.ts'
import type { Resolving } from '../resolver/resolving.ts'
import type { HttpCounter, HttpHistogram } from './counters.ts'
import type { DeskDeps } from './desk/desk-routes.ts'
import type { RememberedReply } from './representation.ts'

/** What the HTTP doors work with. */
export interface HttpDeps {
  readonly resolver: Resolving
  /** Answers ready to send, by URL. */
  readonly replies: ReplyCache<RememberedReply>
  readonly clock: Clock
  readonly counters: Counter<HttpCounter>
  readonly histograms: HistogramSource<HttpHistogram>
  /** Where changes are made; null when this node takes none. */
  readonly administration: Administration | null
  /** The registration desk; null when this node keeps none. */
  readonly desk: DeskDeps | null
  /** This node's own HS_SITE, encoded. */
  readonly siteBytes: Buffer
  /** Answers one whole native message, envelope included; undefined means silence. */
  readonly answerNative: (
    message: Buffer, origin: Origin,
  ) => Buffer | undefined | Promise<Buffer | undefined>
  readonly readiness: () => {
    readonly ready: boolean
    readonly parts: Readonly<Record<string, { readonly ready: boolean }>>
  }
  /** What the node has measured, as Prometheus reads it; null when this door does not show it. */
  readonly metrics: (() => Promise<string>) | null
  readonly holdings: () => { readonly records: number; readonly prefixes: number }
}
