/**
 * What a look-up found. "Does not exist" (`absent`) and "could not find out" (`failed`) are
 * different kinds, and only the first may ever be remembered as absent.
 */
export type Outcome = Found | Absent | NoValues | Restricted | Referral | NotHomed | Failed

/** The record exists and these are the values asked for. */
export interface Found {
  readonly kind: 'found'
  /** int4 count, then the values, encoded as on the wire. */
  readonly block: Buffer
  /** Seconds for which the answer may be kept, from the values' TTLs. */
  readonly ttlSeconds: number
  /** Set where it is another node's answer, passed on and not vouched for. */
  readonly recursed?: Recursed | undefined
}
/** Where a found answer came from another node. */
export interface Recursed {
  /** Its time is over, and nobody who could renew it answers. */
  readonly stale: boolean
  /** When its time is over, on the clock that never goes back; `ttlSeconds` is from its start. */
  readonly freshUntilMs: number
}
/** This node is responsible for the name, and there is no such record. */
export interface Absent {
  readonly kind: 'absent'
  /** Set where another node said so. */
  readonly recursed?: true
}
/** The record exists; nothing of what was asked for does. */
export interface NoValues {
  readonly kind: 'no-values'
  /** Set where another node said so. */
  readonly recursed?: true
}
/** A value asked for is not public: an administrator may read it, or (`nobody`) no one may. */
export interface Restricted {
  readonly kind: 'restricted'
  readonly readableBy: 'administrator' | 'nobody'
}
/** Someone else answers for the name: a service (302) or a prefix's delegate (303). */
export interface Referral {
  readonly kind: 'referral'
  readonly to: 'service' | 'prefix'
  /** The service handle; empty when the values say where to go. */
  readonly handle: string
  /** int4 count, then the encoded values, or null. */
  readonly block: Buffer | null
}
/** The name's prefix does not live here (301). */
export interface NotHomed {
  readonly kind: 'not-homed'
}
/** The answer could not be found out; it may exist. Never remembered as absent. */
export interface Failed {
  readonly kind: 'failed'
  readonly reason: FailureReason
}

/**
 * `upstream`: the nodes that answer for the name could not be reached or made no sense;
 * `deadline`: they did not answer in time; `recursion`: it was passed on too often.
 */
export type FailureReason = 'store' | 'busy' | 'upstream' | 'deadline' | 'recursion'


export type OutcomeKind = Outcome['kind']

/** Outcomes without details, shared so that answering one allocates nothing. */
export const ABSENT: Absent = Object.freeze({ kind: 'absent' })
export const NO_VALUES: NoValues = Object.freeze({ kind: 'no-values' })
export const NOT_HOMED: NotHomed = Object.freeze({ kind: 'not-homed' })
export const NEEDS_ADMINISTRATOR: Restricted = Object.freeze({
  kind: 'restricted',
  readableBy: 'administrator',
})
export const READABLE_BY_NOBODY: Restricted = Object.freeze({
  kind: 'restricted',
  readableBy: 'nobody',
})
