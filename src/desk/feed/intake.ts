import { z } from 'zod'
import { prefixRecordKey } from '../../identifier/identifier.ts'
import type { FeedRow } from '../../store/desk/feeds.ts'
import { decodeValues } from '../../wire/values.ts'
import { check, refuseField } from '../check.ts'
import { REPORT_CLOCK_SKEW_MS, REPORT_KEY_COUNT_MAX } from '../limits.ts'
import type { Context } from '../operation.ts'
import { parsePrefixCode } from '../prefix-code.ts'
import { DeskRefusal } from '../refusal.ts'
import { hashReport, type Report, report, type ReportItem } from './report.ts'
import { isSignedWith, openSealed } from './sealed.ts'

/** What must be known of a report before its signature can be looked at. */
const claim = z.object({ from: report.shape.from, sentAt: report.shape.sentAt })

/** A report that its sender has signed, and nothing else that is known of it. */
export interface SignedReport {
  readonly from: string
  readonly json: unknown
}

/**
 * Finds out whose report it is: signed with a key that stands in its prefix's own record, and
 * lately. @throws DeskRefusal
 */
export function verifyReport(
  desk: Pick<Context, 'store' | 'records' | 'nowMs'>, text: string,
): SignedReport {
  const sealed = openSealed(text)
  const claimed = claim.safeParse(sealed?.json)
  if (sealed === undefined || !claimed.success) throw refuseField('/body/report', 'report')
  const { from, sentAt } = claimed.data
  const holder = desk.store.applications.findByPrefix(from)
  const above = holder?.parent ?? null
  const isBelowTop = above !== null
    && desk.store.applications.findByPrefix(above)?.level === 'top'
  if (holder === undefined || !isBelowTop) throw new DeskRefusal('not-found', { what: from })
  if (!keysOf(desk, from).some((key) => isSignedWith(key, sealed))) {
    throw new DeskRefusal('report-signature', { what: from })
  }
  if (Math.abs(Date.parse(sentAt) - desk.nowMs) > REPORT_CLOCK_SKEW_MS) {
    throw new DeskRefusal('report-time', { what: sentAt })
  }
  if (holder.state !== 'enabled') throw new DeskRefusal('suspended', { what: from })
  return { from, json: sealed.json }
}

/** Public keys in a prefix's own record: the one applied with, and those added since. */
function keysOf({ records }: Pick<Context, 'records'>, prefix: string): Buffer[] {
  const block = records.findBlock(prefixRecordKey(prefix))
  if (block === undefined) return []
  return decodeValues(block).filter(({ type }) => type.toUpperCase() === 'HS_PUBKEY')
    .slice(0, REPORT_KEY_COUNT_MAX).map(({ data }) => data)
}

/**
 * Takes a signed report over: all of it or nothing. The one that was taken last may come again,
 * since its sender may not have heard the answer.
 * @returns the number of the report that was taken last
 * @throws DeskRefusal before anything is written
 */
export function takeReport(context: Context, { from, json }: SignedReport): number {
  const { store, nowMs } = context
  const given = check(report, json, 'report', context.language)
  const before = store.feeds.find(from)
  const last = before?.sequence ?? 0
  const digest = hashReport(given)
  if (given.sequence === last && before?.digest.equals(digest) === true) return last
  if (given.sequence !== last + 1) throw refuseSequence(last + 1)
  checkItems(given)
  const feed: FeedRow = {
    prefix: from, sequence: given.sequence, digest, receivedMs: nowMs,
    completeMs: isEnd(given) ? nowMs : before?.completeMs ?? null,
    failedMs: before?.failedMs ?? null, failure: before?.failure ?? null,
  }
  store.feeds.save(feed)
  if (given.part.kind === 'changes') {
    for (const id of given.part.gone) store.feeds.deleteItem(from, id)
  } else {
    store.feeds.deleteRange(from, given.part.after, given.part.upTo)
  }
  for (const item of given.items) {
    const { id, kind, ...body } = item
    store.feeds.putItem({ feed: from, id, kind, receivedMs: nowMs, body: JSON.stringify(body) })
  }
  return given.sequence
}

/** Remembers why a report that was truly its sender's was refused. */
export function noteFailure({ store, nowMs }: Context, from: string, refusal: DeskRefusal): void {
  const before = store.feeds.find(from) ?? {
    prefix: from, sequence: 0, digest: Buffer.alloc(0), receivedMs: nowMs, completeMs: null,
  }
  const issue = refusal.details.issues?.('en')[0]
  const failure = issue === undefined ? refusal.code : `${refusal.code} ${issue.pointer}`
  store.feeds.save({ ...before, failedMs: nowMs, failure })
}

function isEnd({ part }: Report): boolean {
  return part.kind === 'range' && part.upTo === null
}

/** The rule says which number is expected, for the machine that sends. */
function refuseSequence(next: number): DeskRefusal {
  const message = `sequence:${next}`
  return new DeskRefusal('report-sequence', {
    what: String(next),
    issues: () => [{ pointer: '/report/sequence', rule: message, message }],
  })
}

/** Nobody reports but on what is its own, and a range holds what it says. */
function checkItems({ from, part, items }: Report): void {
  for (const [i, item] of items.entries()) {
    if (item.kind === 'route' && parsePrefixCode(item.prefix)?.parent !== from) {
      throw refuseField(`/report/items/${i}/prefix`, 'foreign-prefix')
    }
    if (part.kind === 'range' && !isWithin(part, item)) {
      throw refuseField(`/report/items/${i}/id`, 'out-of-range')
    }
  }
}

function isWithin(
  { after, upTo }: { readonly after: string; readonly upTo: string | null }, { id }: ReportItem,
): boolean {
  return id > after && (upTo === null || id <= upTo)
}
