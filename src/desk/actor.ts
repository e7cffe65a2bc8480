import { createHash } from 'node:crypto'
import type { DeskStore } from '../store/desk/desk-store.ts'
import type { KeyRow } from '../store/desk/keys.ts'
import { randomToken } from '../lib/random.ts'
import { z } from 'zod'
import { SECRET_BYTES } from './limits.ts'
import { LEVELS, type Level } from './organisation.ts'
import { ROLES, type Role, type Scope, SCOPES, SCOPES_OF } from './roles.ts'

/** On whose behalf something is done. */
export interface Actor {
  /** As journal and change log have it: `user:chen`, `key:key_0198…`. */
  readonly name: string
  readonly organisation: string
  readonly level: Level
  readonly role: Role
  readonly scopes: ReadonlySet<Scope>
  /** The user, or null for a key. */
  readonly user: string | null
  /** The key, or null for a log-in. */
  readonly key: string | null
}

/** What kind of secret a text is: seen by its beginning, so that a leaked one can be told. */
export const KEY_START = 'sbk_'
export const SESSION_START = 'sbs_'

export const keyBody = z.strictObject({
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdBy: z.string(),
})

/** A new secret: shown once, kept only as a hash. */
export function createSecret(start: typeof KEY_START | typeof SESSION_START): string {
  return start + randomToken(SECRET_BYTES)
}

/** A secret has enough randomness of its own, so that one round of SHA-256 keeps it. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Who holds a secret; undefined when it is unknown, expired, revoked, or its user disabled. */
export function findActor(store: DeskStore, secret: string, nowMs: number): Actor | undefined {
  if (secret.startsWith(KEY_START)) return findKeyActor(store, secret, nowMs)
  if (secret.startsWith(SESSION_START)) return findSessionActor(store, secret, nowMs)
  return undefined
}

function findSessionActor(store: DeskStore, secret: string, nowMs: number): Actor | undefined {
  const session = store.users.findSession(hashSecret(secret))
  if (session === undefined || session.expiresMs <= nowMs) return undefined
  // A log-in with an API key ends no later than the key.
  const key = store.keys.find(session.user)
  if (key !== undefined) return keyActor(store, key, nowMs)
  const user = store.users.find(session.user)
  if (user === undefined || user.disabled === 1) return undefined
  const role = ROLES.find((known) => known === user.role)
  const level = levelOf(store, user.organisation)
  if (role === undefined || level === undefined) return undefined
  return {
    name: `user:${user.userName}`, organisation: user.organisation, level, role,
    scopes: new Set(SCOPES_OF[role]), user: user.id, key: null,
  }
}

function findKeyActor(store: DeskStore, secret: string, nowMs: number): Actor | undefined {
  const key = store.keys.findByHash(hashSecret(secret))
  return key === undefined ? undefined : keyActor(store, key, nowMs)
}

function keyActor(store: DeskStore, key: KeyRow, nowMs: number): Actor | undefined {
  if (!isAlive(key, nowMs)) return undefined
  const level = levelOf(store, key.organisation)
  if (level === undefined) return undefined
  const { scopes } = keyBody.parse(JSON.parse(key.body))
  return {
    name: `key:${key.id}`, organisation: key.organisation, level, role: 'operator',
    scopes: new Set(scopes), user: null, key: key.id,
  }
}

/** Whether a key is good for anything now. */
export function isAlive({ revokedMs, expiresMs }: KeyRow, nowMs: number): boolean {
  return revokedMs === null && (expiresMs === null || expiresMs > nowMs)
}

function levelOf(store: DeskStore, organisation: string): Level | undefined {
  const row = store.organisations.find(organisation)
  return LEVELS.find((level) => level === row?.level)
}
