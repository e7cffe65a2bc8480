import { isIPv4, isIPv6 } from 'node:net'

/** Where something listens or is reached: a name or an address (IPv6 without brackets), a port. */
export interface HostPort {
  readonly host: string
  /** 0 to 65535; 0 asks the system for a free port when listening. */
  readonly port: number
}

const BRACKETED = /^\[([^\]]*)\](?::(.*))?$/
const PORT = /^\d{1,5}$/
const HOST_NAME = /^(?!-)[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?$/u
const ONLY_NUMBERS = /^[\d.]+$/
const portMax = 65_535

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT` and, when a default port is given, the host alone.
 * @returns undefined when the text is no such thing
 */
export function parseHostPort(text: string, portDefault?: number): HostPort | undefined {
  const { host, port } = split(text)
  if (!isHost(host, text.startsWith('['))) return undefined
  if (port === undefined) {
    return portDefault === undefined ? undefined : { host, port: portDefault }
  }
  if (!PORT.test(port) || Number(port) > portMax) return undefined
  return { host, port: Number(port) }
}

/** The text that `parseHostPort` reads back: IPv6 addresses in brackets. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function split(text: string): { host: string; port: string | undefined } {
  const bracketed = BRACKETED.exec(text)
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] }
  if (isIPv6(text)) return { host: text, port: undefined }
  const colon = text.lastIndexOf(':')
  if (colon < 0) return { host: text, port: undefined }
  return { host: text.slice(0, colon), port: text.slice(colon + 1) }
}

function isHost(host: string, bracketed: boolean): boolean {
  if (bracketed) return isIPv6(host)
  // A bare IPv6 address with a port behind it can't be told from a longer address.
  if (host.includes(':')) return isIPv6(host)
  return ONLY_NUMBERS.test(host) ? isIPv4(host) : HOST_NAME.test(host)
}
