import type { HandleValue } from '../record/value.ts'
import { CODE } from '../wire/layout.ts'
import type { ExchangeFailure } from './exchange.ts'
import { PEER_TEXT_LENGTH_MAX } from './limits.ts'

/** Why nothing could be found out; `refused` is an answer that says that it can't tell. */
export type FetchFailure = ExchangeFailure | 'busy' | 'refused'

/**
 * What a server said about an identifier. `absent` is knowledge; `failed` is none: the record
 * may exist, and asking again or elsewhere may find it.
 */
export type Fetched =
  | { readonly kind: 'found'; readonly values: readonly HandleValue[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'no-values' }
  | { readonly kind: 'restricted'; readonly readableBy: 'administrator' | 'nobody' }
  | {
      readonly kind: 'referral'
      readonly to: 'service' | 'prefix'
      /** The service handle to ask next; empty when the values say where to go. */
      readonly handle: string
      readonly values: readonly HandleValue[]
    }
  | { readonly kind: 'not-homed' }
  | { readonly kind: 'failed'; readonly reason: FetchFailure; readonly message: string }

/** The parts of an answer, native or JSON, from which its meaning is taken. */
export interface Answer {
  readonly code: number
  readonly values: readonly HandleValue[]
  readonly handle: string
  /** The server's own words, when it sent any. */
  readonly message: string
}

/** The meaning of an answer's response code (§3.2 Response codes). */
export function outcomeOf(answer: Answer): Fetched {
  switch (answer.code) {
    case CODE.success:
      return { kind: 'found', values: answer.values }
    case CODE.handleNotFound:
      return { kind: 'absent' }
    case CODE.valuesNotFound:
      return { kind: 'no-values' }
    case CODE.authenticationNeeded:
      return { kind: 'restricted', readableBy: 'administrator' }
    case CODE.insufficientPermissions:
      return { kind: 'restricted', readableBy: 'nobody' }
    case CODE.notResponsible:
      return { kind: 'not-homed' }
    case CODE.serviceReferral:
    case CODE.prefixReferral: {
      const to = answer.code === CODE.serviceReferral ? 'service' : 'prefix'
      return { kind: 'referral', to, handle: answer.handle, values: answer.values }
    }
    case CODE.busy:
      return failed('busy', withWords('the server is too busy', answer.message))
    default:
      return failed('refused', withWords(`the server answered code ${answer.code}`, answer.message))
  }
}

/** An outcome that says that nothing is known. */
export function failed(reason: FetchFailure, message: string): Fetched {
  return { kind: 'failed', reason, message }
}

// Words from a stranger go to a terminal: no control characters, and not many of them.
 
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

function withWords(what: string, words: string): string {
  if (words === '') return what
  const safe = words.replace(CONTROL_CHARACTERS, ' ').slice(0, PEER_TEXT_LENGTH_MAX)
  return `${what}: ${safe}`
}
