import { serverIndexOf } from '../../record/server-hash.ts'
import type { Site, SiteProtocol, SiteServer } from '../../record/site.ts'
import { SITE_COUNT_MAX, TARGET_COUNT_MAX } from '../limits.ts'
import { allowedAddress, allowedAddressText } from './address-policy.ts'

/** One address of one server, as a question is put to it. */
export interface Target {
  /** What it is called in messages. */
  readonly name: string
  /**
   * What its measurements are kept under: all that a site record says of it, so that a false
   * record about a good server spoils nothing but itself.
   */
  readonly key: string
  /** An IP address; of an operator's own settings also a host name. */
  readonly host: string
  /** The name that a TLS certificate has to be for; null: the address. */
  readonly tlsName: string | null
  /** Where it takes questions, in the order in which they are tried. */
  readonly doors: readonly Door[]
  /** The server's key, encoded; empty when its site names none. */
  readonly publicKey: Buffer
}

export interface Door {
  readonly protocol: SiteProtocol
  readonly port: number
}

/** Cheapest first, and encrypted before plain HTTP. */
const DOOR_ORDER: readonly SiteProtocol[] = ['udp', 'tcp', 'https', 'http']

export interface Targets {
  readonly targets: readonly Target[]
  /** Addresses that may not be asked, such as loopback. */
  readonly refusedCount: number
}

/**
 * Whom to ask for a name: in each site the one server that the name hashes to (§9.2), at each of
 * its addresses; IPv6 and IPv4 by turns, so that a broken family costs one pause (RFC 8305).
 * @param allowPrivate whether addresses that are not public may be asked
 */
export function targetsOfSites(
  sites: readonly Site[], name: string, allowPrivate: boolean,
): Targets {
  const v6: Target[] = []
  const v4: Target[] = []
  let refusedCount = 0
  for (const site of sites.slice(0, SITE_COUNT_MAX)) {
    const server = serverOf(site, name)
    if (server === undefined) continue
    const doors = doorsOf(server)
    if (doors.length === 0) continue
    for (const host of addressesOf(site, server, allowPrivate)) {
      if (host === undefined) refusedCount++
      else (host.includes(':') ? v6 : v4).push(createTarget(host, doors, site, server))
    }
  }
  return { targets: byTurns(v6, v4).slice(0, TARGET_COUNT_MAX), refusedCount }
}

/** A target that the operator names: whatever its address, it may be asked. */
export function createOwnTarget(host: string, doors: readonly Door[]): Target {
  const name = nameOf(host, doors)
  const key = keyOf(host, doors, null)
  return { name, key, host, tlsName: null, doors, publicKey: Buffer.alloc(0) }
}

function createTarget(
  host: string, doors: readonly Door[], site: Site, server: SiteServer,
): Target {
  const tlsName = attributeOf(site, server, 'domain') ?? null
  return {
    name: nameOf(host, doors),
    key: keyOf(host, doors, tlsName),
    host,
    tlsName,
    doors,
    publicKey: server.publicKey,
  }
}

function keyOf(host: string, doors: readonly Door[], tlsName: string | null): string {
  const where = doors.map(({ protocol, port }) => `${protocol}:${port}`).join(' ')
  return `${host} ${where} ${tlsName ?? ''}`
}

function nameOf(host: string, doors: readonly Door[]): string {
  const shown = host.includes(':') ? `[${host}]` : host
  return `${shown}:${[...new Set(doors.map(({ port }) => port))].join(',')}`
}

function serverOf(site: Site, name: string): SiteServer | undefined {
  const count = site.servers.length
  return count < 2 ? site.servers[0] : site.servers[serverIndexOf(name, site.hashOption, count)]
}

function doorsOf(server: SiteServer): Door[] {
  const order = ({ protocol }: Door): number => DOOR_ORDER.indexOf(protocol)
  return server.interfaces
    .filter(({ query, port }) => query && port > 0 && port <= 65_535)
    .map(({ protocol, port }) => ({ protocol, port }))
    .sort((a, b) => order(a) - order(b))
}

/** Undefined stands for an address that may not be asked. */
function addressesOf(
  site: Site, server: SiteServer, allowPrivate: boolean,
): (string | undefined)[] {
  const alternative = attributeOf(site, server, 'alt_addr')
  const main = allowedAddress(server.address, allowPrivate)
  if (alternative === undefined) return [main]
  return [main, allowedAddressText(alternative, allowPrivate)]
}

/** An attribute of one server of a site, or of all of them (§8.3 HS_SITE). */
function attributeOf(site: Site, server: SiteServer, name: string): string | undefined {
  const value = (wanted: string): string | undefined =>
    site.attributes.find((attribute) => attribute.name === wanted)?.value
  return value(`${name}.${server.serverId}`) ?? value(name)
}

function byTurns(a: readonly Target[], b: readonly Target[]): Target[] {
  const longer = Math.max(a.length, b.length)
  return Array.from({ length: longer }, (_, i) => [a[i], b[i]])
    .flat()
    .filter((target) => target !== undefined)
}
