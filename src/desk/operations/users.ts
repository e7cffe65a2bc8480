import { z } from 'zod'
import { randomId } from '../../lib/sortable-id.ts'
import type { DeskStore } from '../../store/desk/desk-store.ts'
import type { UserRow } from '../../store/desk/users.ts'
import type { Actor } from '../actor.ts'
import { refuseField } from '../check.ts'
import { mail, mobile, name, personal, rule, text } from '../fields.ts'
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '../limits.ts'
import { assertVersion, type Context, formatTime, operation, page, pageQuery, readCursor, time,
  toPage } from '../operation.ts'
import { hashPassword } from '../password.ts'
import { hidePersonal } from '../personal.ts'
import { DeskRefusal } from '../refusal.ts'
import { ROLES } from '../roles.ts'
import { loadOwnOrganisation } from '../sight.ts'

/** What a user is called. */
export const userName = () => z.string().regex(/^[a-z][a-z0-9._-]{2,63}$/)
const password = () => z.string().min(PASSWORD_CHARACTERS_MIN).max(PASSWORD_CHARACTERS_MAX)
  .refine(hasTwoKinds, { params: rule('password') })

/** What is kept of a user beside the columns. */
const userBody = z.strictObject({
  fullName: personal(name()).optional(),
  email: personal(mail()).optional(),
  mobile: personal(mobile()).optional(),
  remarks: text().optional(),
})

/** The same, out of a request that holds more. */
const storedUser = z.object(userBody.shape)

/** A new user. */
export const userInput = userBody.extend({ userName: userName(), password: password() })
  .superRefine(refuseOwnName)

function refuseOwnName(
  user: { readonly userName: string; readonly password: string }, context: z.RefinementCtx,
): void {
  if (!holdsName(user.password, user.userName)) return
  context.addIssue({ code: 'custom', path: ['password'], params: rule('password') })
}

function holdsName(password: string, userName: string): boolean {
  return password.toLowerCase().includes(userName)
}

const role = z.enum(ROLES)
const view = z.object({
  id: z.string(), organisation: z.string(), userName: z.string(), role,
  disabled: z.boolean(), locked: z.boolean(), version: z.int(), createdAt: time(),
  details: z.record(z.string(), z.unknown()),
})

function showUser(row: UserRow, nowMs: number, actor: Actor | null): z.output<typeof view> {
  const body: unknown = JSON.parse(row.body)
  const full = actor?.role === 'administrator' || actor?.user === row.id
  const details = full ? body : hidePersonal(userBody, body, 'mask')
  return {
    id: row.id, organisation: row.organisation, userName: row.userName,
    role: ROLES.find((known) => known === row.role) ?? 'read-only',
    disabled: row.disabled === 1,
    locked: row.lockedUntilMs > nowMs,
    version: row.version,
    createdAt: formatTime(row.createdMs),
    details: z.record(z.string(), z.unknown()).parse(details),
  }
}

/** Enters a user whose password was hashed before. @throws DeskRefusal when the name is taken */
export function addUser(
  context: Context, organisation: string, role: UserRow['role'],
  input: z.output<typeof userInput>, passwordHash: string,
): UserRow {
  const { userName } = input
  if (context.store.users.findByName(userName) !== undefined) {
    throw new DeskRefusal('user-name-taken', { what: userName })
  }
  const row: UserRow = {
    id: randomId('usr'), organisation, userName, role, passwordHash,
    disabled: 0, wrongCount: 0, lockedUntilMs: 0, version: 1, createdMs: context.nowMs,
    body: JSON.stringify(storedUser.parse(input)),
  }
  context.store.users.insert(row)
  context.note(row.id, 'create', { after: role })
  return row
}

/**
 * Makes a user of one's own organisation the administrator of another. Who is logged in as that
 * user has to log in again. @throws DeskRefusal when it isn't there, or may not leave
 */
export function moveUser(
  context: Context, userName: string, organisation: string, actor: Actor,
): UserRow {
  const { users } = context.store
  const row = users.findByName(userName)
  if (row?.organisation !== actor.organisation) {
    throw new DeskRefusal('not-found', { what: userName })
  }
  // Nobody gives up by a slip what it does this with.
  if (row.id === actor.user) throw new DeskRefusal('wrong-state', { what: 'own user' })
  const next = { ...row, organisation, role: 'administrator', version: row.version + 1 }
  assertAdministratorStays(context.store, row, next)
  users.update(next)
  users.closeSessionsOf(row.id)
  context.note(row.id, 'move', { before: row.organisation, after: organisation })
  return next
}

const params = z.strictObject({ user: z.string().max(64) })

export const userOperations = {
  'user.create': operation('account:write', {
    summary: 'Adds a user to one’s organisation',
    body: userInput.safeExtend({
      role,
      /** An organisation that one has taken on; else one’s own. */
      organisation: z.string().max(64).optional(),
    }),
    output: view,
    before: (_desk, { body }) => hashPassword(body.password),
    run(context, { body: { role, organisation, ...input } }, actor, passwordHash) {
      const of = loadOwnOrganisation(context.store, organisation, actor)
      const row = addUser(context, of.id, role, input, passwordHash)
      return { value: showUser(row, context.nowMs, actor), version: row.version }
    },
  }),

  'user.list': operation('account:read', {
    summary: 'Lists the users of one’s organisation',
    query: z.strictObject(pageQuery),
    output: page(view),
    run({ store, nowMs }, { query }, actor) {
      const after = readCursor(query.cursor)
      const rows = store.users.list(actor.organisation, after, query.limit + 1)
      const show = (row: UserRow) => showUser(row, nowMs, actor)
      return { value: toPage(rows, query.limit, (row) => row.id, show) }
    },
  }),

  'user.get': operation('account:read', {
    summary: 'Shows a user of one’s organisation',
    params,
    output: view,
    run({ store, nowMs }, { params }, actor) {
      const row = loadUser(store, params.user, actor)
      return { value: showUser(row, nowMs, actor), version: row.version }
    },
  }),

  'user.update': operation('account:write', {
    summary: 'Changes a user: role, password, details; disables or unlocks it',
    params,
    body: userBody.extend({
      role: role.optional(), password: password().optional(), disabled: z.boolean().optional(),
      unlock: z.literal(true).optional(),
    }),
    output: view,
    versioned: true,
    before: async (_desk, { body }) =>
      body.password === undefined ? undefined : hashPassword(body.password),
    run(context, { params, body }, actor, passwordHash) {
      const row = loadUser(context.store, params.user, actor)
      assertVersion(context, row.version)
      const { role, password, disabled, unlock } = body
      if (password !== undefined && holdsName(password, row.userName)) {
        throw refuseField('/body/password', 'password')
      }
      const next: UserRow = {
        ...row,
        role: role ?? row.role,
        passwordHash: passwordHash ?? row.passwordHash,
        disabled: disabled === undefined ? row.disabled : disabled ? 1 : 0,
        ...(unlock === true ? { wrongCount: 0, lockedUntilMs: 0 } : {}),
        version: row.version + 1,
        body: JSON.stringify(storedUser.parse(body)),
      }
      assertAdministratorStays(context.store, row, next)
      context.store.users.update(next)
      // Whoever was logged in with what is no longer true has to log in again.
      if (next.disabled === 1 || passwordHash !== undefined || next.role !== row.role) {
        context.store.users.closeSessionsOf(row.id)
      }
      context.note(row.id, 'update', { before: row.role, after: next.role })
      return { value: showUser(next, context.nowMs, actor), version: next.version }
    },
  }),
}

function loadUser(store: DeskStore, id: string, actor: Actor): UserRow {
  const row = store.users.find(id)
  if (row?.organisation !== actor.organisation) throw new DeskRefusal('not-found', { what: id })
  return row
}

/** An organisation never loses its last administrator, or nobody could let anyone in again. */
function assertAdministratorStays(store: DeskStore, before: UserRow, after: UserRow): void {
  const was = before.role === 'administrator' && before.disabled === 0
  const stays = after.role === 'administrator' && after.disabled === 0
    && after.organisation === before.organisation
  if (!was || stays) return
  if (store.users.countAdministrators(before.organisation) > 1) return
  throw new DeskRefusal('wrong-state', { what: 'last administrator' })
}

function hasTwoKinds(password: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/]
  return kinds.filter((kind) => kind.test(password)).length >= 2
}
