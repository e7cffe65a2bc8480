import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createOwnTarget, type Door, type Target, targetsOfServer, targetsOfSites } from
  '../client/upstream/targets.ts'
import { parseHostPort } from '../lib/host-port.ts'
import { ValueJsonError } from '../record/json-fields.ts'
import { readSite, type Site } from '../record/site.ts'
import { parseSite } from '../record/site-json.ts'

/** Where every walk begins. Plain data: it is sent to resolver threads. */
export interface RootServer {
  readonly host: string
  readonly doors: readonly Door[]
}

const NATIVE_PORT = 2641

/**
 * Reads `HOST:PORT[,HOST:PORT…]`: servers that take questions over UDP and TCP on one port.
 * @returns undefined when the text is no such list
 */
export function parseRootServers(text: string): RootServer[] | undefined {
  const servers = text.split(',').map((part) => parseHostPort(part.trim(), NATIVE_PORT))
  const found = servers.filter((server) => server !== undefined).filter(({ port }) => port > 0)
  if (found.length !== servers.length) return undefined
  return found.map(({ host, port }) => ({
    host, doors: [{ protocol: 'udp', port }, { protocol: 'tcp', port }],
  }))
}

/**
 * Reads a site file: an HS_SITE in JSON, or its bytes as they stand in a value.
 * @returns undefined when the file holds no site with a server that takes questions
 * @throws the system's error when the file can't be read
 */
export function readSiteFile(path: string): RootServer[] | undefined {
  const bytes = readFileSync(path)
  const site = parseSiteJson(bytes.toString('utf8')) ?? readSite(bytes)
  if (site === undefined) return undefined
  // The operator names the file: its addresses may be private ones.
  const single = site.servers.map((server) => ({ ...site, servers: [server] }))
  const { targets } = targetsOfSites(
    single, '', (one, server) => targetsOfServer(one, server, true))
  const servers = targets.map(({ host, doors }) => ({ host, doors }))
  return servers.length === 0 ? undefined : servers
}

/** The servers as a walk asks them. */
export function createRootTargets(servers: readonly RootServer[]): Target[] {
  return servers.map(({ host, doors }) => createOwnTarget(host, doors))
}

/** Whether a text is rather the path of a file than a host. */
export function isSiteFile(text: string): boolean {
  return /\.(json|bin)$/.test(text) || (text.includes('/') && isIP(text) === 0)
}

function parseSiteJson(text: string): Site | undefined {
  try {
    return parseSite(JSON.parse(text), 'site')
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ValueJsonError) return undefined
    throw error
  }
}
