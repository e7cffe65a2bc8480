import { z } from 'zod'
import { prefixRecordKey } from '../../identifier/identifier.ts'
import { randomId } from '../../lib/sortable-id.ts'
import type { ApplicationRow } from '../../store/desk/applications.ts'
import type { Actor } from '../actor.ts'
import { text } from '../fields.ts'
import { PREFIX_CHARACTERS_MAX, REASON_CHARACTERS_MAX } from '../limits.ts'
import { assertVersion, type Context, formatTime, operation, page, pageQuery, readCursor, time,
  toPage } from '../operation.ts'
import { LEVELS } from '../organisation.ts'
import { type Application, applicationBody, publishPrefix, readApplication,
  saveApplication } from '../prefix.ts'
import { publicKeyPem } from '../public-key.ts'
import { assertPrefixQuota } from '../quotas.ts'
import { DeskRefusal } from '../refusal.ts'
import { route } from '../route.ts'
import { actingParties, loadAbove, loadApplication, loadOwnOrganisation,
  viewerOf } from '../sight.ts'
import { ACTIONS, type Action, HOSTING_CODES, isGiven, type Party, STATE_CODES, STATES,
  takeStep } from '../workflow.ts'

/** What an applicant asks for. */
export const applicationInput = z.strictObject({
  /** The prefix wanted, such as `88.118` or `88.118.8`. */
  prefix: z.string().max(PREFIX_CHARACTERS_MAX).regex(/^\d{2}\.\d{3,5}(\.\d{1,20})?$/),
  /** RSA, in PEM: it becomes the prefix record's HS_PUBKEY. */
  publicKey: publicKeyPem().optional(),
  route: route.optional(),
  remarks: text(REASON_CHARACTERS_MAX).optional(),
})

export const applicationView = z.object({
  id: z.string(),
  prefix: z.string(),
  level: z.enum(LEVELS),
  organisation: z.string(),
  state: z.enum(STATES as [typeof STATES[number]]),
  /** The field's own number: 0 停用 1 启用 2 待删除 3 被驳回 4 待审核 5 审核中. */
  stateCode: z.int().nullable(),
  hosting: applicationBody.shape.hosting,
  hostingCode: z.int(),
  route: route.nullable(),
  publicKey: z.string().nullable(),
  remarks: z.string().nullable(),
  version: z.int(),
  createdAt: time(),
  updatedAt: time(),
})

export const journalEntry = z.object({
  number: z.int(), at: time(), actor: z.string(), action: z.string(),
  before: z.string().nullable(), after: z.string().nullable(), reason: z.string().nullable(),
})

export function showApplication(application: Application): z.output<typeof applicationView> {
  const { row, level, state, hosting, route, publicKey, remarks } = application
  return {
    id: row.id, prefix: row.prefix, level, organisation: row.organisation,
    state, stateCode: STATE_CODES[state], hosting, hostingCode: HOSTING_CODES[hosting],
    route, publicKey, remarks,
    version: row.version,
    createdAt: formatTime(row.createdMs),
    updatedAt: formatTime(row.updatedMs),
  }
}

/**
 * Enters an application. @throws DeskRefusal when the code is taken, nobody hands out codes
 * there, or the organisation may hold no more
 */
export function addApplication(
  context: Context, organisation: string, input: z.output<typeof applicationInput>,
): Application {
  const { store, nowMs } = context
  const { code } = loadAbove(store, input.prefix, '/body/prefix')
  // A record that came another way, such as by an import, takes the code as well.
  const recorded = context.records.findBlock(prefixRecordKey(code.prefix)) !== undefined
  if (recorded || store.applications.findByPrefix(code.prefix) !== undefined) {
    throw new DeskRefusal('prefix-taken', { what: code.prefix })
  }
  assertPrefixQuota(store, organisation)
  const { route, publicKey, remarks } = input
  const body = {
    publicKey: publicKey ?? null, remarks: remarks ?? null, route: route ?? null,
    routeSerial: 1, hosting: 'not-hosted', heldBy: null,
  }
  const row: ApplicationRow = {
    id: randomId('app'), prefix: code.prefix, parent: code.parent, organisation,
    level: code.level, state: 'pending', version: 1, createdMs: nowMs, updatedMs: nowMs,
    body: JSON.stringify(body),
  }
  store.applications.insert(row)
  context.note(row.id, 'submit', { after: 'pending' })
  return readApplication(row)
}

const params = z.strictObject({ application: z.string().max(64) })

/** What an operation answers that shows an application. */
export const done = (application: Application) =>
  ({ value: showApplication(application), version: application.row.version })

export const applicationOperations = {
  'application.create': operation('application:write', {
    summary: 'Applies for a prefix',
    body: applicationInput.extend({
      /** For whom, when it is an organisation that one has taken on. */
      organisation: z.string().max(64).optional(),
    }),
    output: applicationView,
    run(context, { body: { organisation, ...input } }, actor) {
      const holder = loadOwnOrganisation(context.store, organisation, actor)
      return done(addApplication(context, holder.id, input))
    },
  }),

  'application.list': operation('application:read', {
    summary: 'Lists one’s applications and those that one reviews, oldest first',
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(STATES as [typeof STATES[number]]).optional(),
      organisation: z.string().max(64).optional(),
    }),
    output: page(applicationView),
    run({ store }, { query }, actor) {
      const filter = {
        viewer: viewerOf(store, actor),
        organisation: query.organisation ?? null, state: query.state ?? null,
      }
      const rows = store.applications.list(filter, readCursor(query.cursor), query.limit + 1)
      const show = (row: ApplicationRow) => showApplication(readApplication(row))
      return { value: toPage(rows, query.limit, (row) => row.id, show) }
    },
  }),

  'application.get': operation('application:read', {
    summary: 'Shows an application',
    params,
    output: applicationView,
    run: ({ store }, { params }, actor) =>
      done(readApplication(loadApplication(store, params.application, actor))),
  }),

  'application.journal': operation('application:read', {
    summary: 'Shows what was done with an application: by whom, when, why',
    params,
    query: z.strictObject(pageQuery),
    output: page(journalEntry),
    run({ store }, { params, query }, actor) {
      const row = loadApplication(store, params.application, actor)
      const after = Number(readCursor(query.cursor)) || 0
      const rows = store.journal.list(row.id, after, query.limit + 1)
      return { value: toPage(rows, query.limit, ({ number }) => String(number), (entry) => ({
        number: entry.number, at: formatTime(entry.timeMs), actor: entry.actor,
        action: entry.action, before: entry.before, after: entry.after, reason: entry.reason,
      })) }
    },
  }),

  'application.mend': operation('application:write', {
    summary: 'Mends an application that waits or was rejected, and submits it again',
    params,
    body: applicationInput.omit({ prefix: true }),
    output: applicationView,
    versioned: true,
    run(context, { params, body }, actor) {
      const application = readApplication(loadApplication(context.store, params.application, actor))
      assertVersion(context, application.row.version)
      const { to } = step(context, application, 'mend', actor)
      const saved = saveApplication(context, application, {
        state: to, publicKey: body.publicKey ?? null, route: body.route ?? null,
        remarks: body.remarks ?? null,
      })
      context.note(saved.row.id, 'mend', { before: application.state, after: to })
      return done(saved)
    },
  }),

  'application.act': operation('anyone', {
    summary: 'Moves an application on: reviews it, suspends, resumes or deletes its prefix',
    params,
    body: z.strictObject({
      action: z.enum(ACTIONS).exclude(['mend']),
      reason: text(REASON_CHARACTERS_MAX).optional(),
    }),
    output: applicationView,
    run(context, { params, body: { action, reason } }, actor) {
      const application = readApplication(loadApplication(context.store, params.application, actor))
      if (context.ifMatch !== null) assertVersion(context, application.row.version)
      const { to, by } = step(context, application, action, actor)
      if (reason === undefined && NEEDS_REASON.has(action)) {
        throw new DeskRefusal('reason-needed')
      }
      const heldBy = to === 'suspended'
        ? action === 'suspend' ? by : application.heldBy
        : to === 'deleting' ? application.heldBy : null
      const saved = saveApplication(context, application, { state: to, heldBy })
      context.note(saved.row.id, action, { before: application.state, after: to, reason })
      if (isGiven(application.state) || isGiven(to)) publishPrefix(context, saved)
      return done(saved)
    },
  }),
}

/** Decisions against someone, who then wants to know why. */
const NEEDS_REASON: ReadonlySet<Action> = new Set(['reject', 'suspend'])

/** @throws DeskRefusal when the action can't be done now, or not by this actor */
function step(
  context: Context, application: Application, action: Action, actor: Actor,
): { to: Application['state']; by: Party } {
  const { state, level, heldBy, row } = application
  const holder = context.store.organisations.find(row.organisation)
  // The prefix of the node itself is given from outside; nobody moves it from here.
  if (level === 'top' || holder?.parent === null) {
    throw new DeskRefusal('wrong-state', { what: state })
  }
  const parties = actingParties(context.store, row, actor, 'application:write')
  const taken = takeStep({ state, level, heldBy }, action, parties)
  if (taken.kind === 'moved') return taken
  throw new DeskRefusal(taken.kind, { what: state })
}
