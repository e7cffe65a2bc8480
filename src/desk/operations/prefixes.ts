import { z } from 'zod'
import type { ApplicationRow } from '../../store/desk/applications.ts'
import type { Actor } from '../actor.ts'
import { text } from '../fields.ts'
import { PREFIX_CHARACTERS_MAX, REASON_CHARACTERS_MAX } from '../limits.ts'
import { assertVersion, type Context, operation, page, pageQuery, readCursor,
  toPage } from '../operation.ts'
import { type Application, publishHosted, publishPrefix, readApplication,
  saveApplication } from '../prefix.ts'
import { publicKeyPem } from '../public-key.ts'
import { DeskRefusal } from '../refusal.ts'
import { route } from '../route.ts'
import { actingParties, loadHeld, loadPrefix, viewerOf } from '../sight.ts'
import { HOSTING_ACTIONS, takeHostingStep } from '../workflow.ts'
import { applicationView, done, showApplication } from './applications.ts'

const params = z.strictObject({ prefix: z.string().max(PREFIX_CHARACTERS_MAX) })

export const prefixOperations = {
  'prefix.list': operation('prefix:read', {
    summary: 'Lists the prefixes in use that one may see',
    query: z.strictObject(pageQuery),
    output: page(applicationView),
    run({ store }, { query }, actor) {
      const filter = { viewer: viewerOf(store, actor), organisation: null, state: 'enabled' }
      const rows = store.applications.list(filter, readCursor(query.cursor), query.limit + 1)
      const show = (row: ApplicationRow) => showApplication(readApplication(row))
      return { value: toPage(rows, query.limit, (row) => row.id, show) }
    },
  }),

  'prefix.get': operation('prefix:read', {
    summary: 'Shows a prefix',
    params,
    output: applicationView,
    run: ({ store }, { params }, actor) =>
      done(readApplication(loadPrefix(store, params.prefix, actor))),
  }),

  'prefix.route': operation('prefix:write', {
    summary: 'Sets where a self-built node answers; what resolves follows at once',
    params,
    body: route,
    output: applicationView,
    versioned: true,
    run(context, { params, body }, actor) {
      const before = loadOwn(context, params.prefix, actor)
      const after = saveApplication(context, before, {
        route: body, routeSerial: before.routeSerial + 1, hosting: 'not-hosted',
      })
      context.note(after.row.id, 'route', { before: before.hosting, after: after.hosting })
      return publishSite(context, after)
    },
  }),

  'prefix.key': operation('prefix:write', {
    summary: 'Sets the public key of a prefix: the HS_PUBKEY of its record',
    params,
    body: z.strictObject({ publicKey: publicKeyPem() }),
    output: applicationView,
    versioned: true,
    run(context, { params, body }, actor) {
      const before = loadOwn(context, params.prefix, actor)
      const after = saveApplication(context, before, { publicKey: body.publicKey })
      context.note(after.row.id, 'key')
      publishPrefix(context, after)
      return done(after)
    },
  }),

  'prefix.hosting': operation('anyone', {
    summary: 'Asks for hosting, grants or refuses it, or ends it',
    params,
    body: z.strictObject({
      action: z.enum(HOSTING_ACTIONS),
      reason: text(REASON_CHARACTERS_MAX).optional(),
    }),
    output: applicationView,
    run(context, { params, body: { action, reason } }, actor) {
      const before = readApplication(loadPrefix(context.store, params.prefix, actor))
      if (context.ifMatch !== null) assertVersion(context, before.row.version)
      assertInUse(before)
      const parties = actingParties(context.store, before.row, actor, 'prefix:write')
      const taken = takeHostingStep(before.hosting, action, parties)
      if (taken.kind !== 'moved') throw new DeskRefusal(taken.kind, { what: before.hosting })
      if (action === 'refuse' && reason === undefined) throw new DeskRefusal('reason-needed')
      const after = saveApplication(context, before, {
        hosting: taken.to, routeSerial: before.routeSerial + 1,
      })
      context.note(after.row.id, `hosting-${action}`, {
        before: before.hosting, after: after.hosting, reason,
      })
      return publishSite(context, after)
    },
  }),
}

/** The prefix of someone who may change it now, and has seen it as it is. */
function loadOwn(context: Context, prefix: string, actor: Actor): Application {
  const application = readApplication(loadHeld(context.store, prefix, actor))
  assertVersion(context, application.row.version)
  assertInUse(application)
  return application
}

function assertInUse({ state, row }: Application): void {
  if (state === 'suspended') throw new DeskRefusal('suspended', { what: row.prefix })
  if (state !== 'enabled') throw new DeskRefusal('wrong-state', { what: state })
}

/** Publishes a prefix whose site has changed, and those that are served there too. */
function publishSite(context: Context, application: Application) {
  publishPrefix(context, application)
  if (application.level === 'secondary') publishHosted(context, application)
  return done(application)
}
