import { z } from 'zod'
import type { Change, Store } from '../store/store.ts'
import type { DeskStore } from '../store/desk/desk-store.ts'
import type { Actor } from './actor.ts'
import type { Language } from './language.ts'
import { rule } from './fields.ts'
import { CURSOR_CHARACTERS_MAX, PAGE_COUNT_DEFAULT, PAGE_COUNT_MAX } from './limits.ts'
import { DeskRefusal } from './refusal.ts'
import type { Scope } from './roles.ts'

/** What an operation works with, inside one transaction. */
export interface Context {
  readonly store: DeskStore
  /** The records, for reading; changes go through `change`. */
  readonly records: Store
  readonly nowMs: number
  readonly language: Language
  /** The site of this node, encoded: where hosted prefixes are served. */
  readonly siteBytes: Buffer
  /** The versions that the caller has seen (If-Match); `any` for `*`. */
  readonly ifMatch: readonly number[] | 'any' | null
  /** Takes changes of records into the transaction. */
  change(changes: readonly Change[]): void
  /** Writes the journal, in the caller's name. */
  note(subject: string, action: string, more?: {
    readonly before?: string; readonly after?: string; readonly reason?: string | undefined
  }): void
}

/** What is there to read before the transaction. */
export type Readable = Pick<Context, 'store' | 'records' | 'nowMs'>

/** What came of an operation; the version becomes an ETag. */
export interface Done<O> {
  readonly value: O
  readonly version?: number
  /** What is kept for an Idempotency-Key, where it must not be all of it. */
  readonly kept?: O
}

/** A refusal that keeps what was written, such as the count of wrong passwords. */
export interface Declined {
  readonly declined: DeskRefusal
}

interface Common<
  P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, O extends z.ZodType, E,
> {
  /** What it does, for the specification. */
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly output: O
  /** Whether the caller must say which version it has seen. */
  readonly versioned?: true
  /**
   * Whether an open call is done once for its Idempotency-Key, as the others are: not one whose
   * answer is a secret.
   */
  readonly repeatable?: true
  /** Work that takes time, before the transaction: it may wait and writes nothing. */
  readonly before?: (
    desk: Readable, input: CheckedInput<P, Q, B>,
  ) => Promise<E>
}

interface CheckedInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>
  readonly query: z.output<Q>
  readonly body: z.output<B>
}

/** An operation as the desk runs it, whatever its types are. */
export interface Operation {
  readonly summary: string
  readonly scope: Scope | 'open' | 'signed' | 'anyone'
  readonly versioned: boolean
  /** Whether it is done once for its Idempotency-Key. */
  readonly repeatable: boolean
  readonly params: z.ZodObject | null
  readonly query: z.ZodObject | null
  readonly body: z.ZodType | null
  readonly output: z.ZodType
  readonly before:
    | ((desk: Readable, input: UncheckedInput) => Promise<unknown>)
    | null
  readonly run: (
    context: Context, input: UncheckedInput, actor: Actor | null, early: unknown,
  ) => Done<unknown> | Declined
}

/** Parts that have passed the operation's own schemas. */
export interface UncheckedInput {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/**
 * An operation for those who have a right; `anyone`: whoever is logged in. The parts that `run`
 * gets have passed the schemas that stand beside it: the desk checks them before it runs it.
 */
export function operation<
  P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, O extends z.ZodType,
  E = undefined,
>(
  scope: Scope | 'anyone',
  definition: Common<P, Q, B, O, E> & {
    readonly run: (
      context: Context, input: CheckedInput<P, Q, B>, actor: Actor, early: E,
    ) => Done<z.output<O>> | Declined
  },
): Operation {
  return create(scope, definition, (context, input, actor, early) => {
    if (actor === null) throw new DeskRefusal('not-authenticated')
    return definition.run(context, input, actor, early)
  })
}

/** An operation for everybody, such as logging in. */
export function openOperation<
  P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, O extends z.ZodType,
  E = undefined,
>(
  definition: Common<P, Q, B, O, E> & {
    readonly run: (
      context: Context, input: CheckedInput<P, Q, B>, early: E,
    ) => Done<z.output<O>> | Declined
  },
): Operation {
  return create('open', definition, (context, input, _actor, early) =>
    definition.run(context, input, early))
}

/** An operation of another node, which proves in the body who it is: `before` looks at that. */
export function signedOperation<
  P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, O extends z.ZodType, E,
>(
  definition: Required<Pick<Common<P, Q, B, O, E>, 'before'>> & Common<P, Q, B, O, E> & {
    readonly run: (
      context: Context, input: CheckedInput<P, Q, B>, early: E,
    ) => Done<z.output<O>> | Declined
  },
): Operation {
  return create('signed', definition, (context, input, _actor, early) =>
    definition.run(context, input, early))
}

function create<
  P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, O extends z.ZodType, E,
>(
  scope: Operation['scope'],
  definition: Common<P, Q, B, O, E>,
  run: (
    context: Context, input: CheckedInput<P, Q, B>, actor: Actor | null, early: E,
  ) => Done<z.output<O>> | Declined,
): Operation {
  const { summary, params, query, body, output, versioned, repeatable, before } = definition
  return {
    summary, scope, output,
    versioned: versioned === true,
    repeatable: repeatable === true || (scope !== 'open' && scope !== 'signed'),
    params: params ?? null,
    query: query ?? null,
    body: body ?? null,
    before: before === undefined
      ? null
      : (desk, input) => before(desk, input as CheckedInput<P, Q, B>),
    run: (context, input, actor, early) =>
      run(context, input as CheckedInput<P, Q, B>, actor, early as E),
  }
}

/** A list's query: how many, and where to go on. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE_COUNT_MAX).default(PAGE_COUNT_DEFAULT),
  cursor: z.string().max(CURSOR_CHARACTERS_MAX)
    .refine(isCursor, { params: rule('cursor') }).optional(),
}

/** A page of a list. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** Cuts a page from rows that were asked for with one more than the page holds. */
export function toPage<R, V>(
  rows: readonly R[], limit: number, cursorOf: (row: R) => string, view: (row: R) => V,
): { items: V[]; nextCursor: string | null } {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: kept.map(view),
    nextCursor: more ? writeCursor(cursorOf(last)) : null,
  }
}

/** All rows of a list that is read in pages, in the order of their ids. @param after from where */
export function* allRows<R extends { readonly id: string }>(
  list: (after: string) => readonly R[], after = '',
): Generator<R> {
  let rows = list(after)
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    yield* rows
    rows = list(last.id)
  }
}

/** What every cursor begins with, so that one that we did not write can be told. */
const CURSOR_START = 'after:'

function writeCursor(after: string): string {
  return Buffer.from(CURSOR_START + after).toString('base64url')
}

function isCursor(text: string): boolean {
  const decoded = Buffer.from(text, 'base64url')
  return decoded.toString('base64url') === text && decoded.toString().startsWith(CURSOR_START)
}

/** Where a list goes on: what `toPage` wrote, read back. */
export function readCursor(cursor: string | undefined): string {
  if (cursor === undefined) return ''
  return Buffer.from(cursor, 'base64url').toString('utf8').slice(CURSOR_START.length)
}

/** Refuses a change by someone who has seen another version than the one that is there. */
export function assertVersion(context: Context, version: number): void {
  const { ifMatch } = context
  if (ifMatch === 'any' || ifMatch?.includes(version) === true) return
  throw new DeskRefusal(ifMatch === null ? 'version-needed' : 'version-stale')
}

export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

export const time = () => z.iso.datetime()
