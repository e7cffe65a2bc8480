import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** All zeros: no address in particular. */
export const ANY_ADDRESS = Buffer.alloc(16)
const IPV4_ZEROS = Buffer.alloc(12)
/** Below it, `0.0.0.1` is no host of IPv4 while `::1` is one of IPv6; 0 stands for "any". */
const IPV4_FIRST = 0x0100_0000

/** A server's address in a site: 16 bytes, IPv4 in the last four after zeros (§8.3 HS_SITE). */
export function formatSiteAddress(bytes: Buffer): string {
  const last = bytes.readUInt32BE(12)
  const isIPv4 =
    bytes.subarray(0, 12).equals(IPV4_ZEROS) && (last === 0 || last >= IPV4_FIRST)
  return ipaddr.fromByteArray([...(isIPv4 ? bytes.subarray(12) : bytes)]).toString()
}

/** @returns the 16 bytes of an IPv4 or IPv6 address without zone; undefined for other text */
export function parseSiteAddress(text: string): Buffer | undefined {
  const family = text.includes('%') ? 0 : isIP(text)
  if (family === 0) return undefined
  const bytes = Buffer.from(ipaddr.parse(text).toByteArray())
  return family === 4 ? Buffer.concat([IPV4_ZEROS, bytes]) : bytes
}
