import { BytesError } from '../lib/bytes.ts'
import {
  asArray,
  asBase64,
  asFlag,
  asInteger,
  asObject,
  asText,
  ValueJsonError,
} from './json-fields.ts'
import { formatKey, type KeyJson, parseKey } from './key-json.ts'
import {
  SITE_ATTRIBUTE_COUNT_MAX,
  SITE_INTERFACE_COUNT_MAX,
  SITE_SERVER_COUNT_MAX,
} from './limits.ts'
import { decodePublicKey, encodePublicKey } from './public-key.ts'
import { formatSiteAddress, parseSiteAddress } from './site-address.ts'
import type { HashOption, Site, SiteInterface, SiteProtocol, SiteServer } from './site.ts'

/** A site as the JSON API shows it (§8.3 HS_SITE). */
export interface SiteJson {
  readonly version: number
  readonly protocolVersion: string
  readonly serialNumber: number
  readonly primarySite: boolean
  readonly multiPrimary: boolean
  /** Left out when the whole name chooses the server. */
  readonly hashOption?: 'prefix' | 'suffix'
  /** Base64; left out when empty, as it always is. */
  readonly hashFilter?: string
  readonly attributes?: readonly { readonly name: string; readonly value: string }[]
  readonly servers: readonly ServerJson[]
}

interface ServerJson {
  readonly serverId: number
  readonly address: string
  readonly publicKey?:
    | { readonly format: 'key'; readonly value: KeyJson }
    | { readonly format: 'base64'; readonly value: string }
  readonly interfaces: readonly {
    readonly query: boolean
    readonly admin: boolean
    readonly protocol: string
    readonly port: number
  }[]
}

const uint32Max = 0xffffffff

export function formatSite(site: Site): SiteJson {
  return {
    version: site.version,
    protocolVersion: `${site.protocolMajor}.${site.protocolMinor}`,
    serialNumber: site.serialNumber,
    primarySite: site.primary,
    multiPrimary: site.multiPrimary,
    ...(site.hashOption === 'whole' ? {} : { hashOption: site.hashOption }),
    ...(site.hashFilter.length === 0 ? {} : { hashFilter: site.hashFilter.toString('base64') }),
    attributes: site.attributes.map(({ name, value }) => ({ name, value })),
    servers: site.servers.map(formatServer),
  }
}

/** Reads what `formatSite` writes. @throws ValueJsonError */
export function parseSite(json: unknown, where: string): Site {
  const site = asObject(json, where)
  const version = asText(site['protocolVersion'], `${where}.protocolVersion`)
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})$/.exec(version) ?? []
  const attributesAt = `${where}.attributes`
  const attributes = asArray(site['attributes'] ?? [], SITE_ATTRIBUTE_COUNT_MAX, attributesAt)
  const serversAt = `${where}.servers`
  const servers = asArray(site['servers'], SITE_SERVER_COUNT_MAX, serversAt)
  return {
    version: asInteger(site['version'], 0, 0xffff, `${where}.version`),
    protocolMajor: asInteger(major, 0, 0xff, `${where}.protocolVersion`),
    protocolMinor: asInteger(minor, 0, 0xff, `${where}.protocolVersion`),
    serialNumber: asInteger(site['serialNumber'], 0, 0xffff, `${where}.serialNumber`),
    primary: asFlag(site['primarySite'], `${where}.primarySite`),
    multiPrimary: asFlag(site['multiPrimary'], `${where}.multiPrimary`),
    hashOption: parseHashOption(site['hashOption'] ?? 'whole', `${where}.hashOption`),
    hashFilter: asBase64(site['hashFilter'] ?? '', `${where}.hashFilter`),
    attributes: attributes.map((attribute, i) => {
      const at = `${attributesAt}[${i}]`
      const { name, value } = asObject(attribute, at)
      return { name: asText(name, `${at}.name`), value: asText(value, `${at}.value`) }
    }),
    servers: servers.map((server, i) => parseServer(server, `${serversAt}[${i}]`)),
  }
}

function parseHashOption(json: unknown, where: string): HashOption {
  switch (asText(json, where).toLowerCase()) {
    case 'prefix':
      return 'prefix'
    case 'suffix':
      return 'suffix'
    case 'whole':
    case 'all':
      return 'whole'
    default:
      throw new ValueJsonError(`${where} must be prefix, suffix or whole`)
  }
}

function formatServer(server: SiteServer): ServerJson {
  return {
    serverId: server.serverId,
    address: formatSiteAddress(server.address),
    publicKey: formatServerKey(server.publicKey),
    interfaces: server.interfaces.map(({ query, admin, protocol, port }) => ({
      query, admin, protocol: protocol.toUpperCase(), port,
    })),
  }
}

function parseServer(json: unknown, where: string): SiteServer {
  const server = asObject(json, where)
  const interfacesAt = `${where}.interfaces`
  const interfaces = asArray(server['interfaces'], SITE_INTERFACE_COUNT_MAX, interfacesAt)
  return {
    serverId: asInteger(server['serverId'], 0, uint32Max, `${where}.serverId`),
    address: asAddress(asText(server['address'], `${where}.address`), `${where}.address`),
    publicKey: parseServerKey(server['publicKey'], `${where}.publicKey`),
    interfaces: interfaces.map((one, i) => parseInterface(one, `${interfacesAt}[${i}]`)),
  }
}

function parseInterface(json: unknown, where: string): SiteInterface {
  const { query, admin, protocol, port } = asObject(json, where)
  return {
    admin: asFlag(admin, `${where}.admin`),
    query: asFlag(query, `${where}.query`),
    protocol: parseProtocol(protocol, `${where}.protocol`),
    port: asInteger(port, 0, uint32Max, `${where}.port`),
  }
}

function parseProtocol(json: unknown, where: string): SiteProtocol {
  const protocol = asText(json, where).toLowerCase()
  switch (protocol) {
    case 'udp':
    case 'tcp':
    case 'http':
    case 'https':
      return protocol
    default:
      throw new ValueJsonError(`${where} must be UDP, TCP, HTTP or HTTPS`)
  }
}

/** Shown as a key only when that loses nothing. */
function formatServerKey(bytes: Buffer): NonNullable<ServerJson['publicKey']> {
  const value = formatKeyBytes(bytes)
  return value === undefined
    ? { format: 'base64', value: bytes.toString('base64') }
    : { format: 'key', value }
}

function parseServerKey(json: unknown, where: string): Buffer {
  if (json === undefined) return Buffer.alloc(0)
  const { format, value } = asObject(json, where)
  if (format === 'key') return encodePublicKey(parseKey(value, `${where}.value`))
  if (format === 'base64') return asBase64(value, `${where}.value`)
  throw new ValueJsonError(`${where}.format must be key or base64`)
}

/** The JSON form of an encoded key; undefined when it would not encode to the same bytes. */
export function formatKeyBytes(bytes: Buffer): KeyJson | undefined {
  try {
    const key = decodePublicKey(bytes)
    return encodePublicKey(key).equals(bytes) ? formatKey(key) : undefined
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}

function asAddress(text: string, where: string): Buffer {
  const bytes = parseSiteAddress(text)
  if (bytes === undefined) throw new ValueJsonError(`${where} must be an IP address`)
  return bytes
}
