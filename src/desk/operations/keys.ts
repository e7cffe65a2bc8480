import { z } from 'zod'
import { randomId } from '../../lib/sortable-id.ts'
import type { KeyRow } from '../../store/desk/keys.ts'
import { type Actor, createSecret, hashSecret, KEY_START, keyBody } from '../actor.ts'
import { refuseField } from '../check.ts'
import { DAY_MS } from '../day.ts'
import { name } from '../fields.ts'
import { KEY_DAYS_MAX, KEY_DAYS_DEFAULT } from '../limits.ts'
import { type Context, formatTime, operation, page, pageQuery, readCursor, time,
  toPage } from '../operation.ts'
import { DeskRefusal } from '../refusal.ts'
import { type Scope, SCOPES } from '../roles.ts'

const view = z.object({
  id: z.string(), name: z.string(), scopes: z.array(z.enum(SCOPES)), createdBy: z.string(),
  createdAt: time(), expiresAt: time().nullable(), revokedAt: time().nullable(),
})

const params = z.strictObject({ key: z.string().max(64) })

function showKey(row: KeyRow): z.output<typeof view> {
  return {
    id: row.id, ...keyBody.parse(JSON.parse(row.body)),
    createdAt: formatTime(row.createdMs),
    expiresAt: row.expiresMs === null ? null : formatTime(row.expiresMs),
    revokedAt: row.revokedMs === null ? null : formatTime(row.revokedMs),
  }
}

/** Makes a key. @returns its row, and the key itself, which is kept nowhere */
export function addKey(
  context: Context, organisation: string, label: string, scopes: readonly Scope[],
  expiresMs: number | null, createdBy: string,
): { row: KeyRow; secret: string } {
  const secret = createSecret(KEY_START)
  const row: KeyRow = {
    id: randomId('key'), organisation, hash: hashSecret(secret), expiresMs, revokedMs: null,
    createdMs: context.nowMs,
    body: JSON.stringify({ name: label, scopes: [...scopes], createdBy }),
  }
  context.store.keys.insert(row)
  context.note(row.id, 'create')
  return { row, secret }
}

export const keyOperations = {
  'key.create': operation('account:write', {
    summary: 'Makes an API key; it is shown this once',
    body: z.strictObject({
      name: name(),
      scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
      expiresInDays: z.int().min(1).max(KEY_DAYS_MAX).default(KEY_DAYS_DEFAULT),
    }),
    output: view.extend({ secret: z.string().nullable() }),
    run(context, { body }, actor) {
      for (const [i, scope] of body.scopes.entries()) {
        if (!actor.scopes.has(scope)) throw refuseField(`/body/scopes/${i}`, 'scope')
      }
      const expiresMs = context.nowMs + body.expiresInDays * DAY_MS
      const scopes = [...new Set(body.scopes)]
      const { row, secret } = addKey(
        context, actor.organisation, body.name, scopes, expiresMs, actor.name)
      const shown = showKey(row)
      return { value: { ...shown, secret }, kept: { ...shown, secret: null } }
    },
  }),

  'key.list': operation('account:read', {
    summary: 'Lists the API keys of one’s organisation',
    query: z.strictObject(pageQuery),
    output: page(view),
    run({ store }, { query }, actor) {
      const after = readCursor(query.cursor)
      const rows = store.keys.list(actor.organisation, after, query.limit + 1)
      return { value: toPage(rows, query.limit, (row) => row.id, showKey) }
    },
  }),

  'key.revoke': operation('account:write', {
    summary: 'Revokes an API key at once',
    params,
    output: view,
    run(context, { params }, actor) {
      const row = loadKey(context, params.key, actor)
      context.store.keys.revoke(row.id, context.nowMs)
      context.note(row.id, 'revoke')
      return { value: showKey({ ...row, revokedMs: row.revokedMs ?? context.nowMs }) }
    },
  }),
}

function loadKey({ store }: Context, id: string, actor: Actor): KeyRow {
  const row = store.keys.find(id)
  if (row?.organisation !== actor.organisation) throw new DeskRefusal('not-found', { what: id })
  return row
}
