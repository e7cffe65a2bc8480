import type { HostPort } from '../lib/host-port.ts'
import { ANY_ADDRESS, parseSiteAddress } from '../record/site-address.ts'
import { encodeSite, type Site } from '../record/site.ts'
import { VERSION } from '../wire/layout.ts'

const SITE_SERIAL = 1

/** What a node's site tells its peers. */
export interface SiteParts {
  /** Where the native doors listen. */
  readonly native: HostPort
  readonly http: HostPort
  /** Null: there is no such door. */
  readonly https: HostPort | null
  /** What verifies the node's signatures, as keys are encoded (§8.4 Keys). */
  readonly publicKey: Buffer
}

/**
 * This node's own HS_SITE: one primary server, for queries and administration over every door.
 * HTTP takes native messages in both kinds too; its JSON API takes no changes in the clear.
 */
export function createSite({ native, http, https, publicKey }: SiteParts): Site {
  const both = { admin: true, query: true } as const
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
        // A host name is no address: peers then ask at whatever address they came by.
        address: parseSiteAddress(native.host) ?? ANY_ADDRESS,
        publicKey,
        interfaces: [
          { ...both, protocol: 'udp', port: native.port },
          { ...both, protocol: 'tcp', port: native.port },
          { ...both, protocol: 'http', port: http.port },
          ...(https === null
            ? []
            : [{ ...both, protocol: 'https' as const, port: https.port }]),
        ],
      },
    ],
  }
}

/** The node's HS_SITE as its peers read it, and its serial number. */
export function encodeOwnSite(parts: SiteParts): Buffer {
  return encodeSite(createSite(parts))
}

export { SITE_SERIAL }
