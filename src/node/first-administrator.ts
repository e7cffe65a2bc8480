import { generateKeyPair } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  keyOf, PREFIX_OF_PREFIX_RECORDS, prefixRecordName,
} from '../identifier/identifier.ts'
import { randomNonce } from '../lib/random.ts'
import { encodeAdminRecord } from '../record/admin.ts'
import type { Identity } from '../record/command.ts'
import { createValue, type HandleValue, Permission } from '../record/value.ts'
import { encodeValueList } from '../record/value-list.ts'
import type { Registry } from '../registry/registry.ts'
import { encodeRsaPublicKey } from '../registry/signer.ts'
import type { Change } from '../store/store.ts'
import { decodeValues, encodeValues } from '../wire/values.ts'
import {
  ADMIN_INDEX, ADMIN_SECRET_BYTES, GROUP_INDEX, PUBLIC_KEY_INDEX, RSA_KEY_BITS, SECRET_KEY_INDEX,
} from './limits.ts'
import { stageFile } from './private-file.ts'

const ADMIN_FILE = 'admin.json'
const KEY_FILE = 'admin-key.pem'
const ALL_RIGHTS = 0x0fff
const generate = promisify(generateKeyPair)

/** How the first administrator of a node is found again: the content of `admin.json`. */
export interface AdminFile {
  readonly handle: string
  readonly publicKeyIndex: number
  readonly secretKeyIndex: number
  readonly secret: string
  /** Beside it. */
  readonly privateKeyFile: string
}

/** Where a first administrator's record lives, and which prefixes that takes. */
interface Seat {
  readonly handle: string
  readonly homed: readonly string[]
}

/**
 * The identities that the first start makes for a root prefix. One at the top, such as `88`, has
 * its prefix record here. That of a derived one belongs to the node above, which is why its
 * administrator has a record under it: `88.118/ADMIN`.
 */
export function defaultAdministrators(rootPrefix: string): Identity[] {
  const { handle } = seatOf(rootPrefix)
  return [{ handle, index: PUBLIC_KEY_INDEX }, { handle, index: SECRET_KEY_INDEX }]
}

/**
 * Gives a node its first administrator: a key pair and a secret that only this folder's owner can
 * read, and a record that says what they may do. Does nothing where there is one already.
 * @returns the path of the file that tells how to act as the administrator, when it was made now
 * @throws when the folder can't be written, StoreWriteError
 */
export async function appointFirstAdministrator(
  dataDir: string, rootPrefix: string, registry: Registry,
): Promise<string | null> {
  const path = join(dataDir, ADMIN_FILE)
  if (existsSync(path)) return null
  const seat = seatOf(rootPrefix)
  const stored = registry.findRecord(keyOf(seat.handle))
  const values = stored === undefined ? [] : decodeValues(stored.block)
  if (!values.some(({ index }) => index === PUBLIC_KEY_INDEX || index === SECRET_KEY_INDEX)) {
    const { publicKey, privateKey } = await generate('rsa', { modulusLength: RSA_KEY_BITS })
    const secret = randomNonce(ADMIN_SECRET_BYTES).toString('base64url')
    const file: AdminFile = {
      handle: seat.handle, publicKeyIndex: PUBLIC_KEY_INDEX, secretKeyIndex: SECRET_KEY_INDEX,
      secret, privateKeyFile: KEY_FILE,
    }
    stageFile(path, `${JSON.stringify(file, null, 2)}\n`, 0o600)
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    stageFile(join(dataDir, KEY_FILE), pem, 0o600)
    const own = adminValues(
      seat.handle, encodeRsaPublicKey(publicKey), secret, registry.clock.nowSeconds())
    registry.execute([...homing(seat), put(seat, values, own)], 'first start')
  } else if (!existsSync(`${path}.new`)) {
    return null
  }
  // The files get their names after the commit; a start that was cut short before goes on here.
  for (const file of [join(dataDir, KEY_FILE), path]) {
    if (existsSync(`${file}.new`)) renameSync(`${file}.new`, file)
  }
  return path
}

function seatOf(rootPrefix: string): Seat {
  return rootPrefix.includes('.')
    ? { handle: `${rootPrefix}/ADMIN`, homed: [rootPrefix] }
    : { handle: prefixRecordName(rootPrefix), homed: [PREFIX_OF_PREFIX_RECORDS, rootPrefix] }
}

const homing = ({ homed }: Seat): Change[] =>
  homed.map((prefix) => ({ operation: 'home', prefix }))

/** The record with the administrator's values in it; others that it has stay. */
function put(
  { handle }: Seat, values: readonly HandleValue[], own: readonly HandleValue[],
): Change {
  const taken = new Set(own.map(({ index }) => index))
  const kept = values.filter(({ index }) => !taken.has(index))
  const block = encodeValues([...kept, ...own])
  return { operation: 'put', key: keyOf(handle), name: handle, block }
}

function adminValues(
  handle: string, publicKey: Buffer, secret: string, timestamp: number,
): HandleValue[] {
  const group = [{ handle, index: PUBLIC_KEY_INDEX }, { handle, index: SECRET_KEY_INDEX }]
  const rights = { handle, index: GROUP_INDEX, permissions: ALL_RIGHTS, legacyByteLength: false }
  const hidden = Permission.adminRead | Permission.adminWrite
  return [
    createValue(ADMIN_INDEX, 'HS_ADMIN', encodeAdminRecord(rights), { timestamp }),
    createValue(GROUP_INDEX, 'HS_VLIST', encodeValueList(group), { timestamp }),
    createValue(PUBLIC_KEY_INDEX, 'HS_PUBKEY', publicKey, { timestamp }),
    createValue(SECRET_KEY_INDEX, 'HS_SECKEY', secret, { timestamp, permissions: hidden }),
  ]
}
