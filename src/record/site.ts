import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import {
  BLOCK_BYTES_MAX,
  SITE_ATTRIBUTE_COUNT_MAX,
  SITE_INTERFACE_COUNT_MAX,
  SITE_SERVER_COUNT_MAX,
} from './limits.ts'

/** The data of an HS_SITE value: one site of a service, and the servers that make it up. */
export interface Site {
  /** Layout of the record; 1. */
  readonly version: number
  readonly protocolMajor: number
  readonly protocolMinor: number
  /** Counts changes of the site; 16 bits. */
  readonly serialNumber: number
  readonly primary: boolean
  readonly multiPrimary: boolean
  /** Which part of a name chooses the server. */
  readonly hashOption: HashOption
  /** Unused by all known software; kept as it came. */
  readonly hashFilter: Buffer
  readonly attributes: readonly SiteAttribute[]
  readonly servers: readonly SiteServer[]
}

export type HashOption = 'prefix' | 'suffix' | 'whole'

export interface SiteAttribute {
  readonly name: string
  readonly value: string
}

export interface SiteServer {
  readonly serverId: number
  /** 16 bytes; an IPv4 address is in the last four, after zeros. */
  readonly address: Buffer
  /** An encoded public key (`public-key.ts`), or empty. */
  readonly publicKey: Buffer
  readonly interfaces: readonly SiteInterface[]
}

export interface SiteInterface {
  readonly admin: boolean
  readonly query: boolean
  readonly protocol: SiteProtocol
  readonly port: number
}

export type SiteProtocol = 'udp' | 'tcp' | 'http' | 'https'

/*
 *   0 version (2)  2 protocol major  3 minor  4 serial (2)  6 primary mask  7 hash option
 *   8 hash filter · int4 n × (name, value)
 *   int4 n × { server id (4) · address (16) · public key
 *              int4 n × { kind (1) · protocol (1) · port (4) } }
 */
const hashOptions: readonly HashOption[] = ['prefix', 'suffix', 'whole']
const protocols: readonly SiteProtocol[] = ['udp', 'tcp', 'http', 'https']
const primaryBit = 0x80
const multiPrimaryBit = 0x40
const adminBit = 0x01
const queryBit = 0x02
const addressBytes = 16

/** Encodes the data of an HS_SITE value (§8.3 HS_SITE). */
export function encodeSite(site: Site): Buffer {
  const writer = new ByteWriter()
  writer.uint16(site.version).uint8(site.protocolMajor).uint8(site.protocolMinor)
  writer.uint16(site.serialNumber)
  writer.uint8((site.primary ? primaryBit : 0) | (site.multiPrimary ? multiPrimaryBit : 0))
  writer.uint8(hashOptions.indexOf(site.hashOption)).block(site.hashFilter)
  writer.int32(site.attributes.length)
  for (const { name, value } of site.attributes) writer.text(name).text(value)
  writer.int32(site.servers.length)
  for (const server of site.servers) writeServer(writer, server)
  return writer.finish()
}

/** Decodes the data of an HS_SITE value (§8.3 HS_SITE). @throws BytesError */
export function decodeSite(bytes: Buffer): Site {
  const reader = new ByteReader(bytes)
  const version = reader.uint16()
  const protocolMajor = reader.uint8()
  const protocolMinor = reader.uint8()
  const serialNumber = reader.uint16()
  const mask = reader.uint8()
  if ((mask & ~(primaryBit | multiPrimaryBit)) !== 0) throw new BytesError('unknown primary mask')
  const hashOption = hashOptions[reader.uint8()]
  if (hashOption === undefined) throw new BytesError('unknown hash option')
  const hashFilter = reader.block(BLOCK_BYTES_MAX)
  const attributes: SiteAttribute[] = []
  const attributeCount = reader.count(SITE_ATTRIBUTE_COUNT_MAX, 8)
  for (let i = 0; i < attributeCount; i++) {
    attributes.push({ name: reader.text(BLOCK_BYTES_MAX), value: reader.text(BLOCK_BYTES_MAX) })
  }
  const servers: SiteServer[] = []
  const serverCount = reader.count(SITE_SERVER_COUNT_MAX, 4 + addressBytes + 8)
  for (let i = 0; i < serverCount; i++) servers.push(readServer(reader))
  reader.assertEnd()
  return {
    version, protocolMajor, protocolMinor, serialNumber,
    primary: (mask & primaryBit) !== 0,
    multiPrimary: (mask & multiPrimaryBit) !== 0,
    hashOption, hashFilter, attributes, servers,
  }
}

/** The same for bytes that may be anything. @returns undefined when they are no site */
export function readSite(bytes: Buffer): Site | undefined {
  try {
    return decodeSite(bytes)
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}

function writeServer(writer: ByteWriter, server: SiteServer): void {
  if (server.address.length !== addressBytes) throw new RangeError('an address has 16 bytes')
  writer.int32(server.serverId).raw(server.address).block(server.publicKey)
  writer.int32(server.interfaces.length)
  for (const { admin, query, protocol, port } of server.interfaces) {
    writer.uint8((admin ? adminBit : 0) | (query ? queryBit : 0))
    writer.uint8(protocols.indexOf(protocol)).int32(port)
  }
}

function readServer(reader: ByteReader): SiteServer {
  const serverId = reader.uint32()
  const address = reader.raw(addressBytes)
  const publicKey = reader.block(BLOCK_BYTES_MAX)
  const interfaces: SiteInterface[] = []
  const count = reader.count(SITE_INTERFACE_COUNT_MAX, 6)
  for (let i = 0; i < count; i++) {
    const kind = reader.uint8()
    if ((kind & ~(adminBit | queryBit)) !== 0) throw new BytesError('unknown interface kind')
    const protocol = protocols[reader.uint8()]
    if (protocol === undefined) throw new BytesError('unknown interface protocol')
    const admin = (kind & adminBit) !== 0
    const query = (kind & queryBit) !== 0
    interfaces.push({ admin, query, protocol, port: reader.uint32() })
  }
  return { serverId, address, publicKey, interfaces }
}
