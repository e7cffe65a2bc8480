import { type IdentifierKey, keyOf } from '../identifier/identifier.ts'
import { formatHostPort, type HostPort } from '../lib/host-port.ts'
import type { Config } from '../node/config.ts'
import { counted } from './format.ts'

/** The identifier that the demo registry surely has, and that tells that it is there. */
const demoIdentifier = '88.118.8/P0001'

/** What the banner needs to know of a running node. */
export interface BannerNode {
  readonly nativeAddress: HostPort
  readonly httpAddress: HostPort
  readonly httpsAddress: HostPort | null
  readonly adminFile: string | null
  readonly registry: { findRecord(key: IdentifierKey): object | undefined }
  holdings(): { readonly records: number; readonly prefixes: number }
}

/**
 * One screen about a node that has just started: where it listens, what it holds, and three
 * commands to try, which name an identifier that is there.
 */
export function formatBanner(config: Config, node: BannerNode): string {
  const { records, prefixes } = node.holdings()
  const native = reachable(node.nativeAddress)
  const http = reachable(node.httpAddress)
  const demo = isDemo(node)
  const lines = [
    '',
    '  Suibiao 穗标 · an identifier resolution node',
    '',
    `  native   ${formatHostPort(node.nativeAddress)} (Handle protocol, UDP and TCP)`,
    `  HTTP     http://${formatHostPort(node.httpAddress)}`,
    `  HTTPS    ${formatHttps(node.httpsAddress)}`,
    ...deskLines(config, http),
    `  data     ${config.dataDir}`,
    `  holds    ${counted(records, 'record')} under `
      + counted(prefixes, 'prefix', 'prefixes'),
  ]
  if (demo) lines.push('           of the demo registry: all of it is FICTIONAL')
  if (node.adminFile !== null) {
    lines.push('  admin    admin.json in that folder, made now: it may do everything here')
  }
  lines.push(
    '  threads  '
      + (config.workers === 0 ? 'one for everything' : counted(config.workers, 'resolver')),
    '',
    '  Try, in another terminal:',
    ...(demo ? demoCommands(native, http) : generalCommands(config, http)).map((c) => `    ${c}`),
    `  or open http://${formatHostPort(http)} in a browser.`,
    '',
    '  Ctrl-C stops it.',
    '',
  )
  return lines.join('\n')
}

function formatHttps(address: HostPort | null): string {
  if (address === null) return 'off; changes over HTTP need it: --https 127.0.0.1:8443'
  return `https://${formatHostPort(address)}`
}

/** Where the desk, if there is one, is described and can be tried. */
function deskLines({ deskPrefix }: Config, http: HostPort): string[] {
  if (deskPrefix === null) return []
  return [`  desk     of ${deskPrefix}; read and try it at http://${formatHostPort(http)}/docs`]
}

/** Commands that need nothing but what is installed with the node. */
function demoCommands(native: HostPort, http: HostPort): string[] {
  const resolve = `npm run suibiao -- resolve ${demoIdentifier}`
  return [
    `${resolve}${serverFlag(native, 2641)}`,
    `${resolve} --tcp --type URL${serverFlag(native, 2641)}`,
    `${resolve} --http --json${serverFlag(http, 8000)}`,
  ]
}

function generalCommands(config: Config, http: HostPort): string[] {
  const url = `http://${formatHostPort(http)}`
  return [
    `npm run suibiao -- info --data ${quoted(config.dataDir)}`,
    `curl ${quoted(`${url}/readyz`)}`,
    `curl ${quoted(`${url}/api/site`)}`,
  ]
}

/** The flag that names a server, unless it is the one that is asked by default. */
function serverFlag(server: HostPort, portDefault: number): string {
  const isDefault = server.host === '127.0.0.1' && server.port === portDefault
  return isDefault ? '' : ` --server ${quoted(formatHostPort(server))}`
}

/**
 * Whether the demo's identifier is among the node's own records. The door is not asked: a
 * recursive node would ask others, and remember that they did not know.
 */
function isDemo(node: BannerNode): boolean {
  return node.registry.findRecord(keyOf(demoIdentifier)) !== undefined
}

/** Where a program on this machine reaches a listener: "any address" is no address to ask. */
function reachable({ host, port }: HostPort): HostPort {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port }
  return host === '::' ? { host: '::1', port } : { host, port }
}

function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
