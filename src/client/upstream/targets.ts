import { formatHostPort } from '../../lib/host-port.ts'
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
  readonly doors: readonly TargetDoor[]
  /** The server's key, encoded; empty when its site names none. */
  readonly publicKey: Buffer
}

export interface Door {
  readonly protocol: SiteProtocol
  readonly port: number
}

/** A door of one target. */
export interface TargetDoor extends Door {
  /** What connections to it are kept under. */
  readonly key: string
}

/** Cheapest first, and encrypted before plain HTTP. */
const DOOR_ORDER: readonly SiteProtocol[] = ['udp', 'tcp', 'https', 'http']

export interface Targets {
  readonly targets: readonly Target[]
  /** Addresses that may not be asked, such as loopback. */
  readonly refusedCount: number
}

/** Targets of one server of a site. */
export type TargetsOfServer = (site: Site, server: SiteServer) => Targets

/**
 * Whom to ask for a name: in each site the one server that the name hashes to (§9.2), at each of
 * its addresses; IPv6 and IPv4 by turns, so that a broken family costs one pause (RFC 8305).
 */
export function targetsOfSites(
  sites: readonly Site[], name: string, targetsOf: TargetsOfServer,
): Targets {
  const [only] = sites
  if (only !== undefined && sites.length === 1) {
    const server = serverOf(only, name)
    return server === undefined ? NO_TARGETS : targetsOf(only, server)
  }
  const all: Target[] = []
  let refusedCount = 0
  for (const site of sites.slice(0, SITE_COUNT_MAX)) {
    const server = serverOf(site, name)
    if (server === undefined) continue
    const found = targetsOf(site, server)
    all.push(...found.targets)
    refusedCount += found.refusedCount
  }
  return { targets: byTurns(all), refusedCount }
}

const NO_TARGETS: Targets = { targets: [], refusedCount: 0 }

/** @param allowPrivate whether addresses that are not public may be asked */
export function targetsOfServer(
  site: Site, server: SiteServer, allowPrivate: boolean,
): Targets {
  const doors = doorsOf(server)
  if (doors.length === 0) return NO_TARGETS
  const hosts = addressesOf(site, server, allowPrivate)
  const allowed = hosts.filter((host) => host !== undefined)
  return {
    targets: byTurns(allowed.map((host) => createTarget(host, doors, site, server))),
    refusedCount: hosts.length - allowed.length,
  }
}

/** A target that the operator names: whatever its address, it may be asked. */
export function createOwnTarget(host: string, doors: readonly Door[]): Target {
  const name = nameOf(host, doors)
  const key = keyOf(host, doors, null)
  return {
    name, key, host, tlsName: null, doors: withKeys(doors, host, null), publicKey: Buffer.alloc(0),
  }
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
    doors: withKeys(doors, host, tlsName),
    publicKey: server.publicKey,
  }
}

function withKeys(doors: readonly Door[], host: string, tlsName: string | null): TargetDoor[] {
  return doors.map(({ protocol, port }) => {
    const key = `${protocol} ${formatHostPort({ host, port })} ${tlsName ?? ''}`
    return { protocol, port, key }
  })
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

function byTurns(targets: readonly Target[]): Target[] {
  const v6 = targets.filter(({ host }) => host.includes(':'))
  const v4 = targets.filter(({ host }) => !host.includes(':'))
  const longer = Math.max(v6.length, v4.length)
  return Array.from({ length: longer }, (_, i) => [v6[i], v4[i]])
    .flat()
    .filter((target) => target !== undefined)
    .slice(0, TARGET_COUNT_MAX)
}
