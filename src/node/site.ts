import ipaddr from 'ipaddr.js'
import type { HostPort } from '../lib/host-port.ts'
import { encodeSite, type Site } from '../record/site.ts'
import { VERSION } from '../wire/layout.ts'

const SITE_SERIAL = 1
const IPV6_BYTES = 16

/**
 * This node's own HS_SITE: one primary server that answers queries over UDP, TCP and HTTP.
 * @param native where the native doors listen
 * @param https null: there is no such door
 */
export function createSite(native: HostPort, http: HostPort, https: HostPort | null): Site {
  return {
    version: 1,
    protocolMajor: VERSION.major,
    protocolMinor: VERSION.minor,
    serialNumber: SITE_SERIAL,
    primary: true,
    multiPrimary: false,
    hashOption: 'whole',
    hashFilter: Buffer.alloc(0),
    attributes: [{ name: 'desc', value: 'Suibiao' }],
    servers: [
      {
        serverId: 1,
        address: addressBytes(native.host),
        publicKey: Buffer.alloc(0),
        interfaces: [
          { admin: false, query: true, protocol: 'udp', port: native.port },
          { admin: false, query: true, protocol: 'tcp', port: native.port },
          { admin: false, query: true, protocol: 'http', port: http.port },
          ...(https === null
            ? []
            : [{ admin: true, query: true, protocol: 'https' as const, port: https.port }]),
        ],
      },
    ],
  }
}

/** The node's HS_SITE as its peers read it, and its serial number. */
export function encodeOwnSite(
  native: HostPort, http: HostPort, https: HostPort | null,
): Buffer {
  return encodeSite(createSite(native, http, https))
}

export { SITE_SERIAL }

/** 16 bytes; IPv4 in the last four, the rest zero (§8.3 HS_SITE). A name becomes all zeros. */
function addressBytes(host: string): Buffer {
  const bytes = Buffer.alloc(IPV6_BYTES)
  if (!ipaddr.isValid(host)) return bytes
  const parsed = ipaddr.parse(host).toByteArray()
  bytes.set(parsed, IPV6_BYTES - parsed.length)
  return bytes
}
