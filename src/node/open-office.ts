import type { KeyObject } from 'node:crypto'
import type { Desk } from '../desk/door.ts'
import type { Identity } from '../record/command.ts'
import { Administrator } from '../registry/administrator.ts'
import { Authenticator } from '../registry/authenticator.ts'
import { IdentityKeys } from '../registry/identity-keys.ts'
import { Reader } from '../registry/reader.ts'
import type { Registry } from '../registry/registry.ts'
import { SessionDesk } from '../registry/session-desk.ts'
import { createSigner } from '../registry/signer.ts'
import { Writer } from '../registry/writer.ts'
import type { Office } from './office.ts'

export interface OfficeParts {
  readonly registry: Registry
  readonly nodeKey: KeyObject
  readonly administrators: readonly Identity[]
  readonly desk: Desk | null
}

/** Puts together, in the main thread, all that changes records or needs a secret. */
export function openOffice({ registry, nodeKey, administrators, desk }: OfficeParts): Office {
  const keys = new IdentityKeys(registry, null)
  const authenticator = new Authenticator(keys, registry.clock)
  const signer = createSigner(nodeKey)
  const administration = new Administrator({
    registry,
    reader: new Reader(registry, administrators),
    writer: new Writer(registry, administrators),
    keys,
    authenticator,
    sessions: new SessionDesk(authenticator, signer, registry.clock),
    serverAdministrators: administrators,
  })
  return { administration, slow: null, desk }
}
