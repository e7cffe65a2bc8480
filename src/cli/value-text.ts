import { foldAscii } from '../identifier/identifier.ts'
import { BytesError, decodeUtf8 } from '../lib/bytes.ts'
import { formatHostPort } from '../lib/host-port.ts'
import { AdminPermission, decodeAdminRecord } from '../record/admin.ts'
import { decodePublicKey, type PublicKey } from '../record/public-key.ts'
import { decodeSite, type SiteServer } from '../record/site.ts'
import { formatSiteAddress } from '../record/site-address.ts'
import { decodeValueList } from '../record/value-list.ts'
import { type HandleValue, Permission } from '../record/value.ts'
import { counted, formatTime } from './format.ts'
import { printable } from './terminal.ts'

const hexBytesShown = 32

/** A value's data for people: readable where its type is known or it is text, else as hex. */
export function formatData(value: HandleValue): string {
  try {
    return formatKnown(foldAscii(value.type), value.data) ?? printable(decodeUtf8(value.data))
  } catch (error) {
    if (!(error instanceof BytesError)) throw error
    return formatHex(value.data)
  }
}

/** Permissions as four letters: administrator read, write, public read, write. */
export function formatPermissions(permissions: number): string {
  const letter = (bit: number, shown: string): string => ((permissions & bit) === 0 ? '-' : shown)
  return letter(Permission.adminRead, 'r') + letter(Permission.adminWrite, 'w')
    + letter(Permission.publicRead, 'r') + letter(Permission.publicWrite, 'w')
}

/** How long a value may be kept: seconds, or until when. */
export function formatTtl(value: HandleValue): string {
  return value.ttlType === 'relative' ? `${value.ttl} s` : `until ${formatTime(value.ttl * 1000)}`
}

function formatKnown(type: string, data: Buffer): string | undefined {
  switch (type) {
    case 'HS_ADMIN':
      return formatAdmin(data)
    case 'HS_SITE':
    case 'HS_SITE.6':
    case 'HS_SITE.PREFIX':
      return formatSite(data)
    case 'HS_VLIST':
      return formatValueList(data)
    case 'HS_PUBKEY':
      return formatPublicKey(data)
    case 'HS_SECKEY':
      return `a secret of ${counted(data.length, 'byte')}, not shown`
    default:
      return undefined
  }
}

function formatAdmin(data: Buffer): string {
  const admin = decodeAdminRecord(data)
  const held = Object.entries(AdminPermission)
    .filter(([, bit]) => (admin.permissions & bit) !== 0)
    .map(([name]) => spaced(name))
  const who = `${admin.index}:${printable(admin.handle)}`
  return `${who} may ${held.length === 0 ? 'do nothing' : held.join(', ')}`
}

function formatSite(data: Buffer): string {
  const site = decodeSite(data)
  const role = site.primary ? 'primary' : 'mirror'
  const version = `${site.protocolMajor}.${site.protocolMinor}`
  const lines = [`${role} site, serial ${site.serialNumber}, protocol ${version}`]
  for (const { name, value } of site.attributes) {
    lines.push(`${printable(name)}: ${printable(value)}`)
  }
  for (const server of site.servers) lines.push(...formatServer(server))
  return lines.join('\n')
}

function formatServer(server: SiteServer): string[] {
  const host = formatSiteAddress(server.address)
  const doors = server.interfaces.map(({ protocol, port, admin, query }) => {
    const use = admin && query ? 'all' : admin ? 'admin' : query ? 'query' : 'out of service'
    return `  ${protocol} ${formatHostPort({ host, port })} (${use})`
  })
  return [`server ${server.serverId}:`, ...doors]
}

function formatValueList(data: Buffer): string {
  return decodeValueList(data)
    .map(({ handle, index }) => `${index}:${printable(handle)}`)
    .join('\n')
}

function formatPublicKey(data: Buffer): string {
  const key = decodePublicKey(data)
  return `${key.algorithm.toUpperCase()} key of ${bitsOf(key)} bits`
}

/** Length of a key. */
export function bitsOf(key: PublicKey): number {
  const number = key.algorithm === 'rsa' ? key.modulus : key.p
  return BigInt(`0x0${number.toString('hex')}`).toString(2).length
}

function formatHex(data: Buffer): string {
  const shown = data.subarray(0, hexBytesShown).toString('hex')
  const more = data.length > hexBytesShown ? `… (${counted(data.length, 'byte')})` : ''
  return `0x${shown}${more}`
}

/** `addHandle` → `add handle`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
