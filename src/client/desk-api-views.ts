import { z } from 'zod'

/*
 * What a registration desk shows (proto/desk.md). Fields that are not read here stay in what was
 * read, since programs want the whole answer and a newer desk may say more.
 */

export const organisationView = z.looseObject({
  id: z.string(),
  level: z.string(),
  /** The organisation that it has joined; null for the one that runs the node. */
  parent: z.string().nullable(),
  version: z.int(),
  createdAt: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export type Organisation = z.output<typeof organisationView>

/** An application for a prefix, and the prefix that came of it. */
export const applicationView = z.looseObject({
  id: z.string(),
  prefix: z.string(),
  level: z.string(),
  organisation: z.string(),
  state: z.string(),
  hosting: z.string(),
  route: z.record(z.string(), z.unknown()).nullable(),
  publicKey: z.string().nullable(),
  remarks: z.string().nullable(),
  version: z.int(),
  updatedAt: z.string(),
})
export type Application = z.output<typeof applicationView>

export const journalEntry = z.looseObject({
  number: z.int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  reason: z.string().nullable(),
})
export type JournalEntry = z.output<typeof journalEntry>

export const templateView = z.looseObject({
  prefix: z.string(),
  version: z.string(),
  state: z.string(),
  /** Counts changes of the draft and of the state. */
  revision: z.int(),
  updatedAt: z.string(),
  items: z.array(z.looseObject({
    name: z.string(), type: z.string(), index: z.int(), dataType: z.string(),
    minLength: z.int(), maxLength: z.int(), required: z.boolean(), unique: z.boolean(),
    disabled: z.boolean(),
  })),
})
export type Template = z.output<typeof templateView>

export const keyView = z.looseObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})
export type Key = z.output<typeof keyView>

/** A new key; the secret is null when the answer is that of an earlier, equal request. */
export const newKeyView = keyView.extend({ secret: z.string().nullable() })
export type NewKey = z.output<typeof newKeyView>

export const callerView = z.looseObject({
  actor: z.string(), organisation: z.string(), level: z.string(), role: z.string(),
  scopes: z.array(z.string()),
})
export type Caller = z.output<typeof callerView>

/** How far a secondary node's reports to the node above have come. */
export const outboxView = z.looseObject({
  prefix: z.string(),
  upstream: z.string(),
  /** What it signs them with, PEM. */
  publicKey: z.string(),
  waiting: z.int(),
  oldestAt: z.string().nullable(),
  completeAt: z.string().nullable(),
  lastError: z.looseObject({ at: z.string(), message: z.string() }).nullable(),
})
export type Outbox = z.output<typeof outboxView>

/** What a node has heard of a secondary node below it, and how old that is. */
export const feedView = z.looseObject({
  prefix: z.string(),
  entities: z.int(),
  routes: z.int(),
  receivedAt: z.string().nullable(),
  ageSeconds: z.int().nullable(),
  late: z.boolean(),
  lastError: z.looseObject({ at: z.string(), message: z.string() }).nullable(),
})
export type Feed = z.output<typeof feedView>

/** An enterprise or the route of a prefix, as a secondary node has reported it. */
export const feedItemView = z.looseObject({
  id: z.string(),
  kind: z.string(),
  receivedAt: z.string(),
  prefix: z.string().optional(),
  state: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
})
export type FeedItem = z.output<typeof feedItemView>

export const joinedView = z.looseObject({
  organisation: z.string(), user: z.string(), application: applicationView,
})
export type Joined = z.output<typeof joinedView>

export const sessionView = z.looseObject({ token: z.string(), expiresAt: z.string() })

/** A page of a list, and where the next one begins. */
export const pageView = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** One field that breaks a rule. */
const issueView = z.object({
  /** Where, as a JSON pointer into the request. */
  pointer: z.string(),
  rule: z.string(),
  message: z.string(),
})
export type Issue = z.output<typeof issueView>

/** An error of the desk (RFC 9457 §3). */
export const problemView = z.object({
  title: z.string(),
  status: z.int(),
  code: z.string(),
  responseCode: z.int().optional(),
  errors: z.array(issueView).default([]),
})

const summaryView = z.object({
  read: z.int(), created: z.int(), replaced: z.int(), unchanged: z.int(), refused: z.int(),
  /** Why the desk took no more lines, where it did not take all. */
  stopped: z.string().optional(),
})
export type StreamSummary = z.output<typeof summaryView>

/** What a stream of registrations is answered with, a line at a time; the summary comes last. */
export const streamAnswerView = z.union([
  z.object({ summary: summaryView }),
  z.object({ line: z.int(), handle: z.string(), result: z.string() }),
  z.object({
    line: z.int(), handle: z.string().optional(), code: z.string(), message: z.string(),
    errors: z.array(issueView).default([]),
  }),
])
export type StreamAnswer = z.output<typeof streamAnswerView>
