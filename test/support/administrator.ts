import { generateKeyPairSync } from 'node:crypto'
import type { Test } from 'tap'
import { Administrator } from '../../src/registry/administrator.ts'
import { Authenticator } from '../../src/registry/authenticator.ts'
import { type AskHome, type FetchValues, IdentityKeys } from '../../src/registry/identity-keys.ts'
import { Reader } from '../../src/registry/reader.ts'
import { SessionDesk } from '../../src/registry/session-desk.ts'
import { createSigner } from '../../src/registry/signer.ts'
import { Writer, type WriterGauge } from '../../src/registry/writer.ts'
import { resetAccessRecords, SERVER_ADMINISTRATORS } from './access-matrix.ts'
import { createRegistry } from './store.ts'

const nodeKey = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** An administrator over a new database that holds the records of the access matrix. */
export function createAdministrator(t: Test, rest: {
  fetchValues?: FetchValues
  askHome?: AskHome
  fetchTimeoutMs?: number
  gauge?: WriterGauge
} = {}) {
  const setting = createRegistry(t)
  const { registry, clock } = setting
  resetAccessRecords(registry)
  const { fetchValues, askHome = async () => undefined } = rest
  const elsewhere = fetchValues === undefined ? null : { fetchValues, askHome }
  const keys = new IdentityKeys(registry, elsewhere, rest.fetchTimeoutMs)
  const authenticator = new Authenticator(keys, clock)
  const signer = createSigner(nodeKey.privateKey)
  const writer = new Writer(registry, SERVER_ADMINISTRATORS, rest.gauge)
  const administrator = new Administrator({
    registry,
    reader: new Reader(registry, SERVER_ADMINISTRATORS),
    writer,
    keys,
    authenticator,
    sessions: new SessionDesk(authenticator, signer, clock),
    serverAdministrators: SERVER_ADMINISTRATORS,
  })
  return {
    ...setting, keys, authenticator, signer, writer, administrator,
    nodePublicKey: nodeKey.publicKey,
  }
}
