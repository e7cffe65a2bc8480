import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { createSecret, hashSecret, isAlive, SESSION_START } from '../actor.ts'
import { dayOf, formatDay } from '../day.ts'
import { LOCK_OUT_MS, PASSWORD_CHARACTERS_MAX, SESSION_MS,
  WRONG_PASSWORD_COUNT_MAX } from '../limits.ts'
import { formatTime, openOperation, operation, time } from '../operation.ts'
import { LEVELS } from '../organisation.ts'
import { isPassword } from '../password.ts'
import { DeskRefusal } from '../refusal.ts'
import { ROLES, SCOPES } from '../roles.ts'

/** The key itself, or SHA-256 over the hex of its SHA-256 and a day: today or beside it. */
function provesKey(hash: Buffer, proof: string, nowMs: number): boolean {
  if (timingSafeEqual(hashSecret(proof), hash)) return true
  const today = dayOf(nowMs)
  const given = Buffer.from(proof)
  return [today - 1, today, today + 1].some((day) => {
    const wanted = Buffer.from(hashSecret(hash.toString('hex') + formatDay(day)).toString('hex'))
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}

const session = z.object({
  /** Sent as `Authorization: Bearer …`. */
  token: z.string(),
  expiresAt: time(),
})

const me = z.object({
  actor: z.string(), organisation: z.string(), level: z.enum(LEVELS),
  role: z.enum(ROLES), scopes: z.array(z.enum(SCOPES)),
})

export const sessionOperations = {
  'session.create': openOperation({
    summary: 'Logs in with user name and password',
    body: z.strictObject({
      userName: z.string().max(64), password: z.string().max(PASSWORD_CHARACTERS_MAX),
    }),
    output: session,
    async before({ store, nowMs }, { body }) {
      const user = store.users.findByName(body.userName)
      // Whoever is locked out is not even compared, right password or not.
      if (user !== undefined && user.lockedUntilMs > nowMs) return false
      const hash = user === undefined || user.disabled === 1 ? null : user.passwordHash
      return isPassword(body.password, hash)
    },
    run(context, { body }, right) {
      const { store, nowMs } = context
      const user = store.users.findByName(body.userName)
      if (user === undefined || user.disabled === 1) {
        return { declined: new DeskRefusal('wrong-credentials') }
      }
      if (user.lockedUntilMs > nowMs) {
        const retryAfterSeconds = Math.ceil((user.lockedUntilMs - nowMs) / 1000)
        return { declined: new DeskRefusal('locked-out', { retryAfterSeconds }) }
      }
      if (!right) {
        const count = user.wrongCount + 1
        const locks = count >= WRONG_PASSWORD_COUNT_MAX
        store.users.saveGuesses(user.id, locks ? 0 : count, locks ? nowMs + LOCK_OUT_MS : 0)
        if (locks) context.note(user.id, 'locked-out')
        return { declined: new DeskRefusal('wrong-credentials') }
      }
      if (user.wrongCount > 0) store.users.saveGuesses(user.id, 0, 0)
      const token = createSecret(SESSION_START)
      const expiresMs = nowMs + SESSION_MS
      store.users.openSession(hashSecret(token), user.id, expiresMs, nowMs)
      return { value: { token, expiresAt: formatTime(expiresMs) } }
    },
  }),

  'session.exchange': openOperation({
    summary: 'Logs in with an API key: its id, and the key or a digest of it and the day',
    body: z.strictObject({ key: z.string().max(64), proof: z.string().max(512) }),
    output: session,
    run({ store, nowMs }, { body }) {
      const key = store.keys.find(body.key)
      if (key === undefined || !isAlive(key, nowMs) || !provesKey(key.hash, body.proof, nowMs)) {
        return { declined: new DeskRefusal('wrong-credentials') }
      }
      const token = createSecret(SESSION_START)
      const expiresMs = Math.min(nowMs + SESSION_MS, key.expiresMs ?? Number.MAX_SAFE_INTEGER)
      store.users.openSession(hashSecret(token), key.id, expiresMs, nowMs)
      return { value: { token, expiresAt: formatTime(expiresMs) } }
    },
  }),

  'session.show': operation('anyone', {
    summary: 'Shows on whose behalf one calls, and what one may do',
    output: me,
    run: (_context, _input, { name, organisation, level, role, scopes }) =>
      ({ value: { actor: name, organisation, level, role, scopes: [...scopes] } }),
  }),

  'session.end': operation('anyone', {
    summary: 'Logs out everywhere',
    output: z.object({ ended: z.boolean() }),
    run({ store }, _input, actor) {
      if (actor.user !== null) store.users.closeSessionsOf(actor.user)
      return { value: { ended: actor.user !== null } }
    },
  }),
}
