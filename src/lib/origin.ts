import { isIPv4 } from 'node:net'

/** Where a server is reached over HTTP. */
export interface Origin {
  /** `https://node.example:8443`, without a path. */
  readonly origin: string
  readonly secure: boolean
  /** Whether what is sent there stays on this machine. */
  readonly local: boolean
}

/** Reads an http or https URL with no more than host and port. @returns undefined for others */
export function parseOrigin(text: string): Origin | undefined {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  const { origin, protocol, hostname, username, password, pathname, search, hash } = url
  if (username + password + search + hash !== '' || pathname !== '/') return undefined
  const local = hostname === 'localhost' || hostname === '[::1]'
    || (isIPv4(hostname) && hostname.startsWith('127.'))
  return { origin, secure: protocol === 'https:', local }
}
