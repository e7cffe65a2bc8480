import ipaddr from 'ipaddr.js'

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
  return allowedAddressText(textOf(bytes), allowPrivate)
}

/** The same for an address in text, such as an attribute of a site has. */
export function allowedAddressText(text: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.process(text)
  const range = address.range()
  if (NEVER.has(range)) return undefined
  // Everything but plain public addresses: also tunnels that carry other addresses inside.
  return range === 'unicast' || allowPrivate ? address.toString() : undefined
}

/** Twelve zeros before four bytes are IPv4, but for ::1, which would be the address 0.0.0.1. */
function textOf(bytes: Buffer): string {
  const isV4 = bytes.subarray(0, 12).every((byte) => byte === 0) && bytes.readUInt32BE(12) > 1
  return ipaddr.fromByteArray([...(isV4 ? bytes.subarray(12) : bytes)]).toString()
}
