import ipaddr from 'ipaddr.js'
import { formatSiteAddress } from '../../record/site-address.ts'

/** Kinds of addresses that nobody can be asked at, on any network. */
const NEVER: ReadonlySet<string> = new Set(['unspecified', 'broadcast', 'multicast'])

/**
 * Whether a site record may send this node to an address. Site records come from strangers: one
 * that points at loopback or private addresses would make the node knock on doors inside its
 * operator's network.
 * @param bytes 16 bytes as a site record has them; an IPv4 address in the last four
 * @param allowPrivate also take addresses that are not public, for tests and closed networks
 * @returns the address as text, or undefined when it may not be asked
 */
export function allowedAddress(bytes: Buffer, allowPrivate: boolean): string | undefined {
  if (bytes.length !== 16) return undefined
  return allowedAddressText(formatSiteAddress(bytes), allowPrivate)
}

/** The same for an address in text, such as an attribute of a site has. */
export function allowedAddressText(text: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.process(text)
  const range = address.range()
  if (NEVER.has(range) || isIPv4Inside(address)) return undefined
  // Everything but plain public addresses: also tunnels that carry other addresses inside.
  return range === 'unicast' || allowPrivate ? address.toString() : undefined
}

/**
 * An IPv6 address of the form ::1.2.3.4, which stood for IPv4 once and is nobody's now
 * (RFC 4291 §2.5.5.1). Loopback begins like it and has a range of its own.
 */
function isIPv4Inside(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const bytes = address.toByteArray()
  return bytes.length === 16 && bytes.slice(0, 12).every((byte) => byte === 0)
    && address.range() !== 'loopback'
}
