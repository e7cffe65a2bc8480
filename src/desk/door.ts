import type { Batch, BatchResult } from './batch.ts'
import type { Language } from './language.ts'
import type { OperationName } from './operations/all.ts'
import type { Refusal } from './refusal.ts'
import type { TemplateBody } from './template.ts'

/** Who calls, as the request says it. Plain data: it crosses threads. */
export interface Caller {
  /** An API key or a log-in's token, or null. */
  readonly secret: string | null
  /** The peer's IP address, for limits on guessing. */
  readonly address: string
  readonly language: Language
}

/** The parts of a call, as they came: the desk checks them. */
export interface CallInput {
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
  /** The versions that the caller has seen, one of which it must be still (If-Match). */
  readonly ifMatch?: readonly number[] | 'any' | null
  readonly idempotencyKey?: string | null
}

/** What came of a call. */
export type CallResult =
  | {
      readonly kind: 'done'
      readonly value: unknown
      /** For an ETag; null where there are no versions. */
      readonly version: number | null
    }
  | Refusal

/** What came of opening a stream of registrations. */
export type OpenResult = { readonly kind: 'open'; readonly actor: string } | Refusal

/**
 * The registration desk. There is one, in the main thread; resolver threads hold a stand-in that
 * sends the same calls there. Arguments and results are plain data.
 */
export interface Desk {
  call(name: OperationName, input: CallInput, caller: Caller): Promise<CallResult>
  /** Asks whether someone may register at all, and counts the stream as one request. */
  openStream(caller: Caller): Promise<OpenResult>
  /** A template that registrations may follow; null when there is none. */
  findTemplate(
    prefix: string, version: string, caller: Caller,
  ): Promise<{ readonly kind: 'template'; readonly body: TemplateBody | null } | Refusal>
  /** Registers a batch of a stream, in one transaction; answers after the commit. */
  register(batch: Batch, caller: Caller): Promise<BatchResult>
  /** Removes identifiers, in one transaction; a place in ROW_RESULTS for each. */
  remove(names: readonly string[], caller: Caller): Promise<BatchResult>
}
