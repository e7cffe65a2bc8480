import { createHash } from 'node:crypto'
import { z } from 'zod'
import { time } from '../operation.ts'
import {
  PREFIX_CHARACTERS_MAX, REPORT_ITEM_COUNT_MAX, REPORT_SEQUENCE_MAX,
} from '../limits.ts'
import { organisationBody } from '../organisation.ts'
import { applicationBody } from '../prefix.ts'
import { STATES } from '../workflow.ts'

const id = z.string().regex(/^(app|org)_[0-9a-f]{1,60}$/)

const versioned = { id, version: z.int().positive(), createdAt: time(), updatedAt: time() }

/** An enterprise, with the fields of table 6 of the docking guide. */
const entity = z.strictObject({
  kind: z.literal('entity'), ...versioned, details: organisationBody,
})

/** Where an enterprise's prefix is served: table 7. Hosted ones are served by who reports. */
const routeItem = z.strictObject({
  kind: z.literal('route'), ...versioned,
  prefix: z.string().max(PREFIX_CHARACTERS_MAX),
  organisation: id,
  state: z.enum(STATES as [typeof STATES[number]]),
  hosting: applicationBody.shape.hosting,
  route: applicationBody.shape.route,
})

export const reportItem = z.discriminatedUnion('kind', [entity, routeItem])
export type ReportItem = z.output<typeof reportItem>

/** What a report says: what changed, or all there is between two ids. */
const part = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('changes'),
    /** Ids that are not, or no longer, to be known above. */
    gone: z.array(id).max(REPORT_ITEM_COUNT_MAX),
  }),
  /** All that is behind `after`, up to and with `upTo` or to the end: nothing else is there. */
  z.strictObject({
    kind: z.literal('range'), after: z.union([z.literal(''), id]), upTo: id.nullable(),
  }),
])
export type ReportPart = z.output<typeof part>

/** One report of a secondary node to the node above: so much and no more fits one message. */
export const report = z.strictObject({
  version: z.literal(1),
  /** The prefix of the node that reports. */
  from: z.string().max(PREFIX_CHARACTERS_MAX),
  /** One more than that of the report before. */
  sequence: z.int().min(1).max(REPORT_SEQUENCE_MAX),
  sentAt: time(),
  part,
  items: z.array(reportItem).max(REPORT_ITEM_COUNT_MAX),
})
export type Report = z.output<typeof report>

/** What the desk above answers when it has taken a report. */
export const reportAnswer = z.object({
  sequence: z.int(),
  /** Who runs that node. */
  operator: z.string(),
})
export type ReportAnswer = z.output<typeof reportAnswer>

/** What a report says whenever it is sent: a report that is sent again has the same. */
export function hashReport({ sentAt: _sentAt, ...content }: Report): Buffer {
  return createHash('sha256').update(JSON.stringify(content)).digest()
}
