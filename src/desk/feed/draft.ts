import type { ApplicationRow } from '../../store/desk/applications.ts'
import type { DeskStore } from '../../store/desk/desk-store.ts'
import type { OrganisationRow } from '../../store/desk/organisations.ts'
import type { OutboxRow } from '../../store/desk/outbox.ts'
import { REPORT_BYTES_MAX, REPORT_INTERVAL_MS, REPORT_ITEM_COUNT_MAX } from '../limits.ts'
import { allRows, formatTime } from '../operation.ts'
import { organisationBody } from '../organisation.ts'
import { readApplication } from '../prefix.ts'
import { isGiven } from '../workflow.ts'
import type { ReportItem, ReportPart } from './report.ts'

/** A report that is yet to be numbered and signed, and where the outbox stands once it is taken. */
export interface Draft {
  readonly part: ReportPart
  readonly items: readonly ReportItem[]
  readonly after: Pick<OutboxRow, 'journal' | 'walk' | 'begunMs' | 'completeMs'>
}

/**
 * What is to be reported next: changes before anything else, then the full report, where one goes
 * on or an hour is over. It is read when it is sent, so that it is never older than that.
 * @returns undefined when there is nothing to report now
 */
export function draftReport(store: DeskStore, own: OutboxRow, nowMs: number): Draft | undefined {
  const changes = draftChanges(store, own)
  if (changes !== undefined) return changes
  if (own.walk !== null) {
    return draftRange(store, own, own.walk, own.walk === '' ? nowMs : own.begunMs, nowMs)
  }
  return msUntilFull(own, nowMs) > 0 ? undefined : draftRange(store, own, '', nowMs, nowMs)
}

/** How long it is until all is reported once more. */
export function msUntilFull({ walk, begunMs }: OutboxRow, nowMs: number): number {
  // A beginning in the future is that of a clock that was set back since.
  if (walk !== null || begunMs === null || begunMs > nowMs) return 0
  return Math.max(0, begunMs + REPORT_INTERVAL_MS - nowMs)
}

function draftChanges(store: DeskStore, own: OutboxRow): Draft | undefined {
  const items: ReportItem[] = []
  const gone: string[] = []
  const seen = new Set<string>()
  let { journal } = own
  let bytes = 0
  for (const { number, subject } of store.outbox.list(journal, REPORT_ITEM_COUNT_MAX)) {
    if (!seen.has(subject)) {
      const item = findItem(store, own.prefix, subject)
      bytes += item === undefined ? 0 : bytesOf(item)
      if (bytes > REPORT_BYTES_MAX && items.length > 0) break
      if (item === undefined) gone.push(subject)
      else items.push(item)
      seen.add(subject)
    }
    journal = number
  }
  if (seen.size === 0) return undefined
  const { walk, begunMs, completeMs } = own
  return { part: { kind: 'changes', gone }, items, after: { journal, walk, begunMs, completeMs } }
}

/** All there is behind `after`, as much of it as one report holds. */
function draftRange(
  store: DeskStore, own: OutboxRow, after: string, begunMs: number | null, nowMs: number,
): Draft {
  const items: ReportItem[] = []
  let bytes = 0
  let last = after
  let upTo: string | null = null
  for (const { id, item } of itemsBehind(store, own.prefix, after)) {
    bytes += item === undefined ? 0 : bytesOf(item)
    if (items.length >= REPORT_ITEM_COUNT_MAX || (bytes > REPORT_BYTES_MAX && items.length > 0)) {
      upTo = last
      break
    }
    if (item !== undefined) items.push(item)
    last = id
  }
  return {
    part: { kind: 'range', after, upTo },
    items,
    after: {
      // Nothing waits, or the changes would go first: what else the journal holds is passed over.
      journal: store.outbox.lastNumber(),
      walk: upTo,
      begunMs,
      completeMs: upTo === null ? nowMs : own.completeMs,
    },
  }
}

/** What there is to report behind an id, in the order of ids: applications sort first. */
function* itemsBehind(
  store: DeskStore, prefix: string, after: string,
): Generator<{ id: string; item: ReportItem | undefined }> {
  const applications = (behind: string) =>
    store.applications.listBelow(prefix, behind, REPORT_ITEM_COUNT_MAX)
  for (const row of allRows(applications, after)) yield { id: row.id, item: toRoute(row) }
  const operator = operatorOf(store, prefix)
  const organisations = (behind: string) =>
    store.organisations.list(operator, behind, REPORT_ITEM_COUNT_MAX)
  for (const row of allRows(organisations, after)) {
    yield { id: row.id, item: toEntity(row, operator) }
  }
}

function findItem(store: DeskStore, prefix: string, id: string): ReportItem | undefined {
  if (id.startsWith('app_')) {
    const row = store.applications.find(id)
    return row?.parent === prefix ? toRoute(row) : undefined
  }
  const row = store.organisations.find(id)
  return row === undefined ? undefined : toEntity(row, operatorOf(store, prefix))
}

/** Who runs this node. */
function operatorOf(store: DeskStore, prefix: string): string {
  const row = store.applications.findByPrefix(prefix)
  if (row === undefined) throw new Error(`the prefix ${prefix} of this node is missing`)
  return row.organisation
}

/** A prefix is reported from the day it is given to the day it is deleted. */
function toRoute(row: ApplicationRow): ReportItem | undefined {
  const { state, hosting, route } = readApplication(row)
  if (!isGiven(state)) return undefined
  return {
    kind: 'route', ...versionOf(row), prefix: row.prefix, organisation: row.organisation, state,
    hosting, route,
  }
}

/** An enterprise that joined this node; its operator is known above already. */
function toEntity(row: OrganisationRow, operator: string): ReportItem | undefined {
  if (row.parent !== operator) return undefined
  return {
    kind: 'entity', ...versionOf(row), details: organisationBody.parse(JSON.parse(row.body)),
  }
}

function versionOf({ id, version, createdMs, updatedMs }: ApplicationRow | OrganisationRow) {
  return { id, version, createdAt: formatTime(createdMs), updatedAt: formatTime(updatedMs) }
}

function bytesOf(item: ReportItem): number {
  return Buffer.byteLength(JSON.stringify(item))
}
