import { BlockList, isIP, isIPv6 } from 'node:net'

const CIDR = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/
const HASH_FACTOR = 0x01000193

/** Reads `127.0.0.0/8`, `2001:db8::/32`. @returns undefined when the text is no such thing */
export function parseNetwork(text: string): { address: string; bits: number } | undefined {
  const [, address = '', bits = ''] = CIDR.exec(text) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return undefined
  return { address, bits: Number(bits) }
}

/** A set of networks. @param networks each as `parseNetwork` reads it, others are left out */
export function createNetworkSet(networks: readonly string[]): BlockList {
  const set = new BlockList()
  for (const text of networks) {
    const network = parseNetwork(text)
    if (network === undefined) continue
    set.addSubnet(network.address, network.bits, isIPv6(network.address) ? 'ipv6' : 'ipv4')
  }
  return set
}

/**
 * A number for the network of an address: its /24 over IPv4, its /56 over IPv6, which is what one
 * customer of a provider commonly has.
 * @param seed unpredictable, so that nobody can pick networks that share a number
 * @returns 32 bits, signed
 */
export function hashNetwork(address: string, seed: number): number {
  const dot = address.lastIndexOf('.')
  const network = dot < 0 ? first56Bits(address) : address
  const end = dot < 0 ? network.length : dot
  let hash = seed
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ network.charCodeAt(i), HASH_FACTOR)
  return hash ^ (hash >>> 15)
}

/** The first 56 bits of an IPv6 address as text, whatever way it is written. */
function first56Bits(address: string): string {
  const [left = '', right] = address.split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  const [a, b, c, d = '0'] = [...before, ...zeros, ...after].map((group) => Number(`0x${group}`))
  return `${a}:${b}:${c}:${Number(d) >>> 8}`
}
