import { z } from 'zod'
import type { DeskStore } from '../../store/desk/desk-store.ts'
import type { TemplateRow } from '../../store/desk/templates.ts'
import type { Actor } from '../actor.ts'
import { refuseField } from '../check.ts'
import { PREFIX_CHARACTERS_MAX, TEMPLATE_VERSION_CHARACTERS_MAX } from '../limits.ts'
import { assertVersion, type Context, formatTime, operation, page, pageQuery, readCursor, time,
  toPage } from '../operation.ts'
import { DeskRefusal } from '../refusal.ts'
import { loadHeld, loadPrefix } from '../sight.ts'
import { nextTemplateState, TEMPLATE_STATES, templateBody } from '../template.ts'

const view = z.object({
  prefix: z.string(),
  ...templateBody.shape,
  state: z.enum(TEMPLATE_STATES),
  revision: z.int(),
  createdAt: time(),
  updatedAt: time(),
})

const params = z.strictObject({
  prefix: z.string().max(PREFIX_CHARACTERS_MAX),
  version: z.string().max(TEMPLATE_VERSION_CHARACTERS_MAX),
})

export function showTemplate(row: TemplateRow): z.output<typeof view> {
  return {
    prefix: row.prefix,
    ...templateBody.parse(JSON.parse(row.body)),
    state: TEMPLATE_STATES.find((known) => known === row.state) ?? 'withdrawn',
    revision: row.revision,
    createdAt: formatTime(row.createdMs),
    updatedAt: formatTime(row.updatedMs),
  }
}

const done = (row: TemplateRow) => ({ value: showTemplate(row), version: row.revision })

export const templateOperations = {
  'template.create': operation('template:write', {
    summary: 'Drafts a version of a data template',
    params: params.pick({ prefix: true }),
    body: templateBody,
    output: view,
    run(context, { params, body }, actor) {
      const { store, nowMs } = context
      const { organisation } = loadHeld(store, params.prefix, actor)
      if (store.templates.find(params.prefix, body.version) !== undefined) {
        throw new DeskRefusal('version-taken', { what: body.version })
      }
      const row: TemplateRow = {
        prefix: params.prefix, version: body.version, organisation, state: 'draft',
        revision: 1, createdMs: nowMs, updatedMs: nowMs, body: JSON.stringify(body),
      }
      store.templates.insert(row)
      context.note(subjectOf(row), 'create', { after: 'draft' })
      return done(row)
    },
  }),

  'template.list': operation('template:read', {
    summary: 'Lists the templates of a prefix',
    params: params.pick({ prefix: true }),
    query: z.strictObject(pageQuery),
    output: page(view),
    run({ store }, { params, query }, actor) {
      loadPrefix(store, params.prefix, actor)
      const after = readCursor(query.cursor)
      const rows = store.templates.list(params.prefix, after, query.limit + 1)
      return { value: toPage(rows, query.limit, (row) => row.version, showTemplate) }
    },
  }),

  'template.get': operation('template:read', {
    summary: 'Shows a version of a template',
    params,
    output: view,
    run({ store }, { params }, actor) {
      loadPrefix(store, params.prefix, actor)
      return done(loadTemplate(store, params.prefix, params.version))
    },
  }),

  'template.update': operation('template:write', {
    summary: 'Changes a draft; what was published never changes',
    params,
    body: templateBody,
    output: view,
    versioned: true,
    run(context, { params, body }, actor) {
      const row = loadDraft(context, params, actor)
      assertVersion(context, row.revision)
      if (body.version !== row.version) throw refuseField('/body/version', 'same-version')
      const next = {
        ...row, revision: row.revision + 1, updatedMs: context.nowMs,
        body: JSON.stringify(body),
      }
      context.store.templates.update(next)
      context.note(subjectOf(row), 'update')
      return done(next)
    },
  }),

  'template.delete': operation('template:write', {
    summary: 'Deletes a draft that was never published',
    params,
    output: z.object({ deleted: z.boolean() }),
    run(context, { params }, actor) {
      const row = loadDraft(context, params, actor)
      context.store.templates.delete(row.prefix, row.version)
      context.note(subjectOf(row), 'delete', { before: 'draft' })
      return { value: { deleted: true } }
    },
  }),

  'template.act': operation('template:write', {
    summary: 'Publishes a template or withdraws it',
    params,
    body: z.strictObject({ action: z.enum(['publish', 'withdraw']) }),
    output: view,
    run(context, { params, body: { action } }, actor) {
      loadHeld(context.store, params.prefix, actor)
      const row = loadTemplate(context.store, params.prefix, params.version)
      if (context.ifMatch !== null) assertVersion(context, row.revision)
      const { state } = showTemplate(row)
      const next = nextTemplateState(state, action)
      if (next === undefined) throw new DeskRefusal('wrong-state', { what: state })
      const saved = {
        ...row, state: next, revision: row.revision + 1, updatedMs: context.nowMs,
      }
      context.store.templates.update(saved)
      context.note(subjectOf(row), action, { before: state, after: next })
      return done(saved)
    },
  }),
}

function loadTemplate(store: DeskStore, prefix: string, version: string): TemplateRow {
  const row = store.templates.find(prefix, version)
  if (row === undefined) throw new DeskRefusal('not-found', { what: version })
  return row
}

function loadDraft(
  { store }: Context, params: { readonly prefix: string; readonly version: string }, actor: Actor,
): TemplateRow {
  loadHeld(store, params.prefix, actor)
  const row = loadTemplate(store, params.prefix, params.version)
  if (row.state !== 'draft') throw new DeskRefusal('wrong-state', { what: row.state })
  return row
}

const subjectOf = ({ prefix, version }: TemplateRow): string => `template:${prefix}:${version}`
