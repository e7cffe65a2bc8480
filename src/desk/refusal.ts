import type { Language } from './language.ts'

/**
 * Why the desk did not do something. Each has texts in `messages.ts` and a status in
 * `http/desk/statuses.ts`.
 */
export const REFUSAL_CODES = [
  'invalid', // a field breaks a rule; `issues` say which
  'not-authenticated', // nobody said who they are
  'wrong-credentials', // what was shown is unknown, expired or revoked
  'locked-out', // too many wrong passwords or signatures, or open calls
  'forbidden', // known, but without the right
  'not-yours', // another side of the review decides that
  'not-found',
  'certificate-taken',
  'user-name-taken',
  'prefix-taken',
  'parent-unknown', // the prefix above is not given, or not in use
  'wrong-state', // that can't be done from the state it is in
  'reason-needed',
  'version-needed', // If-Match is missing
  'version-stale', // someone else was faster
  'version-taken', // a template's version is there already
  'idempotency-mismatch', // the key was used for another request
  'handle-exists',
  'not-homed', // identifiers of that prefix do not live here (301)
  'suspended', // the prefix is out of use (301)
  'template-unknown',
  'report-signature', // not signed with a key of its prefix
  'report-time', // signed at another time than now
  'report-sequence', // not the report that comes next
  'rate', // too many requests a second
  'daily-limit', // 603
  'register-limit', // 604
  'prefix-limit', // 605
  'file-limit', // the files of an organisation take too much room
  'busy',
  'read-only', // the disk is full or read-only; nothing was changed
  'failed',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** One field that breaks a rule. */
export interface Issue {
  /** Where, as a JSON pointer into the request: `/body/contact/mobile`. */
  readonly pointer: string
  readonly rule: string
  /** For people, in their language. */
  readonly message: string
}

/** A call that was refused, in the caller's language. Nothing was changed. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: RefusalCode
  readonly message: string
  readonly issues: readonly Issue[]
  readonly retryAfterSeconds: number | null
}

/** Thrown inside the desk to leave a transaction; never leaves the desk itself. */
export class DeskRefusal extends Error {
  override readonly name = 'DeskRefusal'
  readonly code: RefusalCode
  readonly details: RefusalDetails

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(code)
    this.code = code
    this.details = details
  }

  /** The same about something that stands at a pointer in the request. */
  under(pointer: string): DeskRefusal {
    const { issues } = this.details
    if (issues === undefined) return this
    return new DeskRefusal(this.code, {
      ...this.details,
      issues: (language) =>
        issues(language).map((issue) => ({ ...issue, pointer: pointer + issue.pointer })),
    })
  }
}

export interface RefusalDetails {
  /** What its text names, such as the prefix. */
  readonly what?: string
  readonly issues?: (language: Language) => readonly Issue[]
  readonly retryAfterSeconds?: number
}
