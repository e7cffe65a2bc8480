import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { Site, SiteInterface } from '../record/site.ts'
import { ANY_ADDRESS, parseSiteAddress } from '../record/site-address.ts'
import { VERSION } from '../wire/layout.ts'
import { ipAddress, port, refuseDuplicates, rule } from './fields.ts'
import { ROUTE_ENDPOINT_COUNT_MAX } from './limits.ts'

/** One address of a node, and where it answers: tables 2 and 7 of the docking guide. */
const endpoint = z.strictObject({
  ip: ipAddress(),
  tcpPort: port().optional(),
  udpPort: port().optional(),
  httpPort: port().optional(),
}).superRefine(({ tcpPort, udpPort, httpPort }, context) => {
  if (tcpPort !== undefined || udpPort !== undefined || httpPort !== undefined) return
  context.addIssue({ code: 'custom', path: ['tcpPort'], params: rule('endpoint-port') })
})

/** Where a self-built 自建 node answers; each address is a replica of the same node. */
export const route = z.strictObject({
  codeSystem: z.enum(['Handle', 'OID', 'DID:BID', 'VAA', 'Ecode', 'GS1']).default('VAA'),
  endpoints: z.array(endpoint).min(1).max(ROUTE_ENDPOINT_COUNT_MAX),
}).superRefine(({ endpoints }, context) => {
  // A broken address is told about by its own rule.
  const addresses = endpoints.map(({ ip }) =>
    ipaddr.isValid(ip) ? ipaddr.parse(ip).toNormalizedString() : ip)
  refuseDuplicates(addresses, (i) => ['endpoints', i, 'ip'], context)
})

export type Route = z.output<typeof route>

/**
 * The sites that a route's addresses make: one for each, since several servers inside one site
 * would divide the names among them (§8.3 HS_SITE).
 * @param serialNumber counts the route's changes
 */
export function createRouteSites(
  route: Route, serialNumber: number, description: string,
): Site[] {
  return route.endpoints.map(({ ip, tcpPort, udpPort, httpPort }, i) => ({
    version: 1,
    protocolMajor: VERSION.major,
    protocolMinor: VERSION.minor,
    serialNumber: serialNumber & 0xffff,
    primary: i === 0,
    multiPrimary: false,
    hashOption: 'whole',
    hashFilter: Buffer.alloc(0),
    attributes: [{ name: 'desc', value: description }],
    servers: [{
      serverId: 1,
      address: parseSiteAddress(ip) ?? ANY_ADDRESS,
      publicKey: Buffer.alloc(0),
      // TCP first: the field's SDKs take the first interface and connect to it.
      interfaces: [
        ...interfaceOf('tcp', tcpPort), ...interfaceOf('udp', udpPort),
        ...interfaceOf('http', httpPort),
      ],
    }],
  }))
}

function interfaceOf(
  protocol: SiteInterface['protocol'], port: number | undefined,
): SiteInterface[] {
  return port === undefined ? [] : [{ admin: true, query: true, protocol, port }]
}
