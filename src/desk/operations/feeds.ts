import { z } from 'zod'
import type { FeedItemRow, FeedSummaryRow } from '../../store/desk/feeds.ts'
import { noteFailure, takeReport, verifyReport } from '../feed/intake.ts'
import { reportAnswer } from '../feed/report.ts'
import { PREFIX_CHARACTERS_MAX, REPORT_CHARACTERS_MAX, REPORT_LATE_MS } from '../limits.ts'
import { formatTime, operation, page, pageQuery, readCursor, signedOperation, time,
  toPage } from '../operation.ts'
import { organisationBody } from '../organisation.ts'
import { hidePersonal } from '../personal.ts'
import { DeskRefusal } from '../refusal.ts'
import { isOperator, loadOperator, loadPrefix, viewerOf } from '../sight.ts'

const params = z.strictObject({ prefix: z.string().max(PREFIX_CHARACTERS_MAX) })

const failure = z.object({ at: time(), message: z.string() }).nullable()

const feedView = z.object({
  /** The secondary node's prefix, and who holds it. */
  prefix: z.string(),
  organisation: z.string(),
  /** How many enterprises and routes are known from its reports. */
  entities: z.int(),
  routes: z.int(),
  /** Number of the report that was taken last; null before the first. */
  sequence: z.int().nullable(),
  receivedAt: time().nullable(),
  ageSeconds: z.int().nullable(),
  /** When a full report last came to its end. */
  completeAt: time().nullable(),
  /** Whether the hourly report is overdue. */
  late: z.boolean(),
  /** The last report that was truly theirs and was refused. */
  lastError: failure,
})

const itemView = z.looseObject({
  id: z.string(), kind: z.enum(['entity', 'route']), receivedAt: time(),
})

const outboxView = z.object({
  prefix: z.string(),
  upstream: z.string(),
  /** What must stand as HS_PUBKEY in the prefix's record above, PEM. */
  publicKey: z.string(),
  /** Organisations and applications that changed and are yet to be reported. */
  waiting: z.int(),
  oldestAt: time().nullable(),
  ageSeconds: z.int().nullable(),
  /** Number of the last report that was taken above. */
  sequence: z.int(),
  takenAt: time().nullable(),
  /** When all was last reported, and whether that is going on now. */
  completeAt: time().nullable(),
  walking: z.boolean(),
  lastError: failure,
})

export const feedOperations = {
  'feed.report': signedOperation({
    summary: 'Takes the signed report of a secondary node below this one',
    body: z.strictObject({
      /** A JSON Web Signature, compact, RS256 (RFC 7515 §7.1). */
      report: z.string().max(REPORT_CHARACTERS_MAX),
    }),
    output: reportAnswer,
    before: (desk, { body }) => Promise.resolve(verifyReport(desk, body.report)),
    run(context, _input, signed) {
      try {
        const sequence = takeReport(context, signed)
        return { value: { sequence, operator: loadOperator(context.store).name } }
      } catch (error) {
        if (!(error instanceof DeskRefusal)) throw error
        noteFailure(context, signed.from, error)
        return { declined: error }
      }
    },
  }),

  'feed.list': operation('organisation:read', {
    summary: 'Lists the secondary nodes below: what they have reported, and how old it is',
    query: z.strictObject(pageQuery),
    output: page(feedView),
    run({ store, nowMs }, { query }, actor) {
      const rows = store.feeds.list(
        viewerOf(store, actor), readCursor(query.cursor), query.limit + 1)
      return { value: toPage(rows, query.limit, (row) => row.prefix, (row) => show(row, nowMs)) }
    },
  }),

  'feed.get': operation('organisation:read', {
    summary: 'Shows what a secondary node has reported, and how old it is',
    params,
    output: feedView,
    run({ store, nowMs }, { params }, actor) {
      loadPrefix(store, params.prefix, actor)
      const row = store.feeds.findSummary(params.prefix)
      if (row === undefined) throw new DeskRefusal('not-found', { what: params.prefix })
      return { value: show(row, nowMs) }
    },
  }),

  'feed.items': operation('organisation:read', {
    summary: 'Lists the enterprises and routes that a secondary node has reported',
    params,
    query: z.strictObject({ ...pageQuery, kind: z.enum(['entity', 'route']).optional() }),
    output: page(itemView),
    run({ store }, { params, query }, actor) {
      loadPrefix(store, params.prefix, actor)
      const rows = store.feeds.listItems(
        params.prefix, query.kind ?? null, readCursor(query.cursor), query.limit + 1)
      const masked = actor.role === 'read-only'
      return { value: toPage(rows, query.limit, (row) => row.id, (row) => showItem(row, masked)) }
    },
  }),

  'outbox.get': operation('organisation:read', {
    summary: 'Shows how far this node’s reports to the node above have come',
    output: outboxView,
    run({ store, nowMs }, _input, actor) {
      const row = store.outbox.find()
      if (row === undefined || !isOperator(store, actor)) {
        throw new DeskRefusal('not-found', { what: 'outbox' })
      }
      const { count, oldestMs } = store.outbox.count(row.journal)
      return { value: {
        prefix: row.prefix, upstream: row.upstream, publicKey: row.publicKey,
        waiting: count, oldestAt: timeOf(oldestMs), ageSeconds: ageOf(oldestMs, nowMs),
        sequence: row.sequence, takenAt: timeOf(row.takenMs),
        completeAt: timeOf(row.completeMs), walking: row.walk !== null,
        lastError: failureOf(row),
      } }
    },
  }),
}

function show(row: FeedSummaryRow, nowMs: number): z.output<typeof feedView> {
  const { prefix, organisation, entities, routes, sequence, receivedMs, completeMs } = row
  return {
    prefix, organisation, entities, routes, sequence,
    receivedAt: timeOf(receivedMs),
    ageSeconds: ageOf(receivedMs, nowMs),
    completeAt: timeOf(completeMs),
    late: completeMs === null || nowMs - completeMs > REPORT_LATE_MS,
    lastError: failureOf(row),
  }
}

function showItem(row: FeedItemRow, masked: boolean): z.output<typeof itemView> {
  const body = z.looseObject({}).parse(JSON.parse(row.body))
  const details = masked && body['details'] !== undefined
    ? { details: hidePersonal(organisationBody, body['details'], 'mask') }
    : {}
  return itemView.parse({
    id: row.id, kind: row.kind, receivedAt: formatTime(row.receivedMs), ...body, ...details,
  })
}

function failureOf(
  { failedMs, failure }: { readonly failedMs: number | null; readonly failure: string | null },
): { at: string; message: string } | null {
  return failedMs === null ? null : { at: formatTime(failedMs), message: failure ?? '' }
}

function timeOf(timeMs: number | null): string | null {
  return timeMs === null ? null : formatTime(timeMs)
}

function ageOf(timeMs: number | null, nowMs: number): number | null {
  return timeMs === null ? null : Math.max(0, Math.floor((nowMs - timeMs) / 1000))
}
