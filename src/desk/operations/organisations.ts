import { z } from 'zod'
import { randomId } from '../../lib/sortable-id.ts'
import type { OrganisationRow } from '../../store/desk/organisations.ts'
import { readCursor, assertVersion, type Context, formatTime, operation, page, pageQuery, time,
  toPage } from '../operation.ts'
import { type Given, takeNamedFiles } from '../named-files.ts'
import { type Level, LEVELS, type OrganisationBody, organisationBody } from '../organisation.ts'
import type { Actor } from '../actor.ts'
import { hidePersonal } from '../personal.ts'
import { publishHeld } from '../prefix.ts'
import { DeskRefusal } from '../refusal.ts'
import { loadOrganisation, viewerOf } from '../sight.ts'

const view = z.object({
  id: z.string(),
  level: z.enum(LEVELS),
  /** The organisation that it has joined. */
  parent: z.string().nullable(),
  version: z.int(),
  createdAt: time(),
  updatedAt: time(),
  // Masked fields no longer have the form that the full ones have.
  details: z.record(z.string(), z.unknown()),
})

const params = z.strictObject({ organisation: z.string().max(64) })

/** The organisation as someone may see it: personal data only for those who work with it. */
export function showOrganisation(row: OrganisationRow, actor: Actor | null): z.output<typeof view> {
  const body: unknown = JSON.parse(row.body)
  const details = actor === null
    ? hidePersonal(organisationBody, body, 'omit')
    : actor.role === 'read-only' ? hidePersonal(organisationBody, body, 'mask') : body
  return {
    id: row.id,
    level: LEVELS.find((level) => level === row.level) ?? 'enterprise',
    parent: row.parent,
    version: row.version,
    createdAt: formatTime(row.createdMs),
    updatedAt: formatTime(row.updatedMs),
    details: z.record(z.string(), z.unknown()).parse(details),
  }
}

/** Enters an organisation. @throws DeskRefusal when its certificate or a file is another's */
export function addOrganisation(
  context: Context, body: OrganisationBody, level: Level, parent: string | null, given: Given,
): OrganisationRow {
  const { store, nowMs } = context
  const certificate = body.certificate.number
  if (store.organisations.findByCertificate(certificate) !== undefined) {
    throw new DeskRefusal('certificate-taken', { what: certificate })
  }
  const row: OrganisationRow = {
    id: randomId('org'), level, parent, certificate, version: 1,
    createdMs: nowMs, updatedMs: nowMs, body: JSON.stringify(body),
  }
  takeNamedFiles(context, row.id, body, given)
  store.organisations.insert(row)
  context.note(row.id, 'create')
  return row
}

export const organisationOperations = {
  'organisation.create': operation('organisation:write', {
    summary: 'Takes an organisation on below one’s own',
    body: organisationBody,
    output: view,
    run(context, { body }, actor) {
      if (actor.level === 'enterprise') throw new DeskRefusal('not-yours')
      const level = actor.level === 'top' ? 'secondary' : 'enterprise'
      const given = { pointer: '/body', actor }
      const row = addOrganisation(context, body, level, actor.organisation, given)
      return { value: showOrganisation(row, actor), version: row.version }
    },
  }),

  'organisation.list': operation('organisation:read', {
    summary: 'Lists the organisations that one may see, oldest first',
    query: z.strictObject(pageQuery),
    output: page(view),
    run({ store }, { query }, actor) {
      const after = readCursor(query.cursor)
      const rows = store.organisations.list(viewerOf(store, actor), after, query.limit + 1)
      const show = (row: OrganisationRow) => showOrganisation(row, actor)
      return { value: toPage(rows, query.limit, (row) => row.id, show) }
    },
  }),

  'organisation.get': operation('organisation:read', {
    summary: 'Shows an organisation',
    params,
    output: view,
    run({ store }, { params }, actor) {
      const row = loadOrganisation(store, params.organisation, actor)
      return { value: showOrganisation(row, actor), version: row.version }
    },
  }),

  'organisation.update': operation('organisation:write', {
    summary: 'Replaces what is known of an organisation',
    params,
    body: organisationBody,
    output: view,
    versioned: true,
    run(context, { params, body }, actor) {
      const { store, nowMs } = context
      const row = loadOrganisation(store, params.organisation, actor)
      assertVersion(context, row.version)
      const certificate = body.certificate.number
      const other = store.organisations.findByCertificate(certificate)
      if (other !== undefined && other.id !== row.id) {
        throw new DeskRefusal('certificate-taken', { what: certificate })
      }
      takeNamedFiles(context, row.id, body, { pointer: '/body', actor })
      const next = {
        ...row, certificate, version: row.version + 1, updatedMs: nowMs,
        body: JSON.stringify(body),
      }
      store.organisations.update(next)
      context.note(row.id, 'update')
      publishHeld(context, row.id)
      return { value: showOrganisation(next, actor), version: next.version }
    },
  }),
}
