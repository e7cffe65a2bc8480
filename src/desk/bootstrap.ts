import { randomToken } from '../lib/random.ts'
import { randomId } from '../lib/sortable-id.ts'
import { prefixRecordKey } from '../identifier/identifier.ts'
import type { Registry } from '../registry/registry.ts'
import { createSecret, hashSecret, KEY_START } from './actor.ts'
import type { Context } from './operation.ts'
import { hashPassword } from './password.ts'
import { parsePrefixCode } from './prefix-code.ts'
import { publishPrefix, readApplication } from './prefix.ts'
import { SCOPES } from './roles.ts'

/** Who runs the node, and how its first administrator gets in. */
export interface FirstAdministrator {
  readonly userName: string
  readonly password: string
  /** For commands on the same machine; it may do everything. */
  readonly apiKey: string
}

const PASSWORD_BYTES = 18

/**
 * Opens an empty desk: the organisation that runs the node, with the prefix it hands out codes
 * below, a first administrator and a key for the command line. Does nothing when there is one.
 * @param prefix of the node: `88` for a top-level node, `88.118` for a secondary one
 * @returns the secrets, which are kept nowhere; undefined when the desk was open already
 */
export async function openDesk(
  registry: Registry, siteBytes: Buffer, prefix: string, name: string,
): Promise<FirstAdministrator | undefined> {
  const { desk } = registry.store
  const code = parsePrefixCode(prefix)
  if (code === undefined || code.level === 'enterprise') {
    throw new RangeError(`${prefix} is no prefix that a desk hands out codes below`)
  }
  if (desk.organisations.list(null, '', 1).length > 0) return undefined
  const first = {
    userName: 'admin', password: randomToken(PASSWORD_BYTES), apiKey: createSecret(KEY_START),
  }
  const passwordHash = await hashPassword(first.password)
  const nowMs = registry.clock.nowMs()
  const organisation = randomId('org')
  registry.transact('system', (change) => {
    const note: Context['note'] = (subject, action) => {
      desk.journal.append({
        timeMs: nowMs, actor: 'system', subject, action, before: null, after: null, reason: null,
      })
    }
    desk.organisations.insert({
      id: organisation, level: code.level, parent: null, certificate: `operator of ${prefix}`,
      version: 1, createdMs: nowMs, updatedMs: nowMs,
      body: JSON.stringify({ name, industry: 'I64' }),
    })
    desk.users.insert({
      id: randomId('usr'), organisation, userName: first.userName, role: 'administrator',
      passwordHash, disabled: 0, wrongCount: 0, lockedUntilMs: 0, version: 1, createdMs: nowMs,
      body: '{}',
    })
    desk.keys.insert({
      id: randomId('key'), organisation, hash: hashSecret(first.apiKey), expiresMs: null,
      revokedMs: null, createdMs: nowMs,
      body: JSON.stringify({ name: 'command line', scopes: SCOPES, createdBy: 'system' }),
    })
    const row = {
      id: randomId('app'), prefix, parent: code.parent, organisation, level: code.level,
      state: 'enabled', version: 1, createdMs: nowMs, updatedMs: nowMs,
      body: JSON.stringify({
        publicKey: null, remarks: null, route: null, routeSerial: 1, hosting: 'hosted',
        heldBy: null,
      }),
    }
    desk.applications.insert(row)
    note(organisation, 'open')
    // A record that is there, such as the demo's, stays as it is.
    if (registry.store.findBlock(prefixRecordKey(prefix)) !== undefined) return
    publishPrefix({
      store: desk, records: registry.store, nowMs, language: 'en', siteBytes, ifMatch: null,
      change: change, note,
    }, readApplication(row))
  })
  return first
}
