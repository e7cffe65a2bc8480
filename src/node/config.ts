import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { parse as parseToml, TomlError } from 'smol-toml'
import type { z } from 'zod'
import { parsePrefixCode } from '../desk/prefix-code.ts'
import type { HostPort } from '../lib/host-port.ts'
import {
  ANSWER_CACHE_MEBIBYTES_DEFAULT,
  ROOT_PREFIX_DEFAULT,
  TRUSTED_NETWORKS_DEFAULT,
  WORKER_COUNT_MAX,
} from './limits.ts'
import type { Identity } from '../record/command.ts'
import {
  type GivenSetting, loadRecursion, loadUpstreamCa, RECURSION_ACCEPTED, RECURSION_DEFAULTS,
  RECURSION_NAMES,
  type RecursionFlags,
} from './config-recursion.ts'
import { defaultAdministrators } from './first-administrator.ts'
import { ACCEPTED, schemas } from './config-schemas.ts'
import type { RecursionConfig } from './recursion.ts'
import type { UpstreamDesk } from './reporting.ts'
import type { TlsFiles } from './tls-files.ts'

/** Everything that a node needs to be told. */
export interface Config {
  /** Absolute path of the folder that holds the records. */
  readonly dataDir: string
  readonly http: HostPort
  /** Where HTTPS listens; null: nowhere, and the node takes no changes over HTTP. */
  readonly https: HostPort | null
  /** A certificate and key of the operator's own; null: the node makes one. */
  readonly tlsFiles: TlsFiles | null
  /** UDP and TCP listen on the same port. */
  readonly native: HostPort
  /** Where metrics have a door of their own; null: the HTTP door shows them to this machine. */
  readonly metrics: HostPort | null
  /** The top of the identifier space that this node's administrators belong to, folded. */
  readonly rootPrefix: string
  /** Who may do everything on this node. */
  readonly administrators: readonly Identity[]
  /** Whether the first start makes them: none were named, and the node has records of its own. */
  readonly appointsAdministrator: boolean
  /** The prefix that the registration desk hands out codes below; null: there is no desk. */
  readonly deskPrefix: string | null
  /** Whether the desk takes plain HTTP from other machines: a proxy in front ends TLS. */
  readonly deskPlain: 'local' | 'any'
  /** The desk that a secondary node reports its enterprises to; null: it reports to nobody. */
  readonly upstreamDesk: UpstreamDesk | null
  /** What an empty data folder is filled with. */
  readonly seed: 'demo' | 'none'
  /** Resolver threads; 0 runs everything in one thread. */
  readonly workers: number
  /** Memory for answers, of all threads together. */
  readonly cacheMebibytes: number
  /** Networks whose senders UDP believes: what it sends them is not limited. */
  readonly trustedNetworks: readonly string[]
  /** How other nodes are asked for what is not homed here; null: they are not. */
  readonly recursion: RecursionConfig | null
}

/** A setting that can't be used; its message is one line for the person who made it. */
export class ConfigError extends Error {}

/** Settings given on the command line, as text. */
export interface ConfigFlags extends RecursionFlags {
  readonly data?: string | undefined
  readonly http?: string | undefined
  readonly https?: string | undefined
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
  readonly native?: string | undefined
  readonly metrics?: string | undefined
  readonly rootPrefix?: string | undefined
  readonly administrators?: string | undefined
  readonly desk?: string | undefined
  readonly deskPlain?: string | undefined
  readonly upstreamDesk?: string | undefined
  readonly seed?: string | undefined
  readonly workers?: string | undefined
  readonly cache?: string | undefined
  readonly trusted?: string | undefined
  readonly config?: string | undefined
}

export interface ConfigSources {
  readonly flags: ConfigFlags
  /** The environment; an empty variable counts as absent. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The file that is read when none is named; it need not exist. */
  readonly file?: string
}

type Name = Exclude<keyof ConfigFlags, 'config'>

const names: readonly Name[] = [
  'data', 'http', 'https', 'tlsCert', 'tlsKey', 'native', 'metrics', 'rootPrefix',
  'administrators', 'desk', 'deskPlain', 'upstreamDesk', 'seed', 'workers', 'cache', 'trusted',
  ...RECURSION_NAMES,
]

const accepted: Record<Name, string> = { ...ACCEPTED, ...RECURSION_ACCEPTED }

/**
 * The settings of a node: each from the command line, else the environment (`SUIBIAO_DATA`, …),
 * else the settings file, else its default. A relative data folder in a file starts from that
 * file's folder.
 * @throws ConfigError
 */
export function loadConfig(sources: ConfigSources): Config {
  const env = sources.env ?? process.env
  const file = loadFile(sources, env)
  const defaults: Record<Name, unknown> = {
    data: './data',
    http: '127.0.0.1:8000',
    https: 'off',
    tlsCert: null,
    tlsKey: null,
    native: '127.0.0.1:2641',
    metrics: 'none',
    rootPrefix: ROOT_PREFIX_DEFAULT,
    administrators: null,
    desk: null,
    deskPlain: 'local',
    upstreamDesk: 'none',
    seed: 'none',
    workers: Math.min(availableParallelism(), WORKER_COUNT_MAX),
    cache: ANSWER_CACHE_MEBIBYTES_DEFAULT,
    trusted: TRUSTED_NETWORKS_DEFAULT,
    ...RECURSION_DEFAULTS,
  }
  const pick = (name: Name): GivenSetting =>
    fromFlags(sources.flags, name)
    ?? fromEnvironment(env, name)
    ?? file.get(name)
    ?? { value: defaults[name], source: `the default of ${name}`, folder: '.' }
  const data = pick('data')
  const rootPrefix = check('rootPrefix', schemas.rootPrefix, pick('rootPrefix'))
  const administrators = pick('administrators')
  const seed = check('seed', schemas.seed, pick('seed'))
  const desk = pick('desk')
  const source = { pick, check, refuse }
  const recursion = loadRecursion(source)
  // The demonstration has a desk; elsewhere whoever runs a node decides whether it has one.
  const deskPrefix = desk.value !== null
    ? check('desk', schemas.desk, desk)
    : seed === 'demo' ? rootPrefix : null
  const upstreamDesk = pick('upstreamDesk')
  const upstreamUrl = check('upstreamDesk', schemas.upstreamDesk, upstreamDesk)
  if (upstreamUrl !== null && parsePrefixCode(deskPrefix ?? '')?.level !== 'secondary') {
    refuse(`${upstreamDesk.source}: only a secondary node's desk reports to the node above; `
      + 'give its prefix too, such as --desk 88.118')
  }
  return {
    dataDir: resolve(data.folder, check('data', schemas.data, data)),
    http: check('http', schemas.http, pick('http')),
    https: check('https', schemas.https, pick('https')),
    tlsFiles: checkTlsFiles(pick('tlsCert'), pick('tlsKey')),
    native: check('native', schemas.native, pick('native')),
    metrics: check('metrics', schemas.metrics, pick('metrics')),
    rootPrefix,
    administrators: administrators.value === null
      ? defaultAdministrators(rootPrefix)
      : check('administrators', schemas.administrators, administrators),
    // A node that finds everything out from roots above would only stand in their way.
    appointsAdministrator: administrators.value === null &&
      (recursion === null || recursion.roots.length === 0),
    deskPrefix,
    deskPlain: check('deskPlain', schemas.deskPlain, pick('deskPlain')),
    upstreamDesk: upstreamUrl === null ? null : { origin: upstreamUrl, ca: loadUpstreamCa(source) },
    seed,
    workers: check('workers', schemas.workers, pick('workers')),
    cacheMebibytes: check('cache', schemas.cache, pick('cache')),
    trustedNetworks: check('trusted', schemas.trusted, pick('trusted')),
    recursion,
  }
}

/** A certificate goes with a key, and a key with a certificate. @throws ConfigError */
function checkTlsFiles(certificate: GivenSetting, key: GivenSetting): TlsFiles | null {
  if (certificate.value === null && key.value === null) return null
  if (certificate.value === null || key.value === null) {
    const { source } = certificate.value === null ? key : certificate
    throw new ConfigError(`${source}: tls-cert and tls-key go together; give both`)
  }
  return {
    certificate: resolve(certificate.folder, check('tlsCert', schemas.tlsCert, certificate)),
    key: resolve(key.folder, check('tlsKey', schemas.tlsKey, key)),
  }
}

function check<T>(name: Name, schema: z.ZodType<T>, given: GivenSetting): T {
  const result = schema.safeParse(given.value)
  if (result.success) return result.data
  const shown = show(given.value)
  throw new ConfigError(`${given.source}: ${shown} can't be used; it takes ${accepted[name]}`)
}

function refuse(message: string): never {
  throw new ConfigError(message)
}

function fromFlags(flags: ConfigFlags, name: Name): GivenSetting | undefined {
  const value = flags[name]
  return value === undefined ? undefined : { value, source: `--${spelled(name)}`, folder: '.' }
}

function fromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  name: Name,
): GivenSetting | undefined {
  const variable = `SUIBIAO_${spelled(name).replaceAll('-', '_').toUpperCase()}`
  const value = env[variable]
  if (value === undefined || value === '') return undefined
  return { value, source: `environment variable ${variable}`, folder: '.' }
}

/** A setting as flags and files spell it: `tls-cert`. */
function spelled(name: Name): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** An environment variable that a command was told to read; undefined when empty or absent. */
export function findVariable(name: string): string | undefined {
  return process.env[name] || undefined
}

function loadFile(
  sources: ConfigSources,
  env: Readonly<Record<string, string | undefined>>,
): Map<Name, GivenSetting> {
  const named = sources.flags.config ?? (env['SUIBIAO_CONFIG'] || undefined)
  const path = named ?? sources.file ?? 'suibiao.toml'
  const text = readSettings(path, named !== undefined)
  const given = new Map<Name, GivenSetting>()
  for (const [key, value] of Object.entries(parseSettings(text, path))) {
    const name = names.find((known) => spelled(known) === key)
    if (name === undefined) {
      const known = names.map(spelled).join(', ')
      throw new ConfigError(`settings file ${path}: unknown setting ${show(key)}; known: ${known}`)
    }
    given.set(name, { value, source: `settings file ${path}: ${key}`, folder: dirname(path) })
  }
  return given
}

function readSettings(path: string, required: boolean): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    if (code === 'ENOENT' && !required) return ''
    const reason = code === 'ENOENT' ? 'there is no such file' : `it can't be read (${code})`
    throw new ConfigError(`settings file ${path}: ${reason}; name an existing TOML file`)
  }
}

function parseSettings(text: string, path: string): Record<string, unknown> {
  try {
    return parseToml(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '')
    const place = `line ${error.line}, column ${error.column}`
    throw new ConfigError(`settings file ${path}: ${place} is not TOML: ${reason}`)
  }
}

/** A value on one line, cut where it gets long. */
function show(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
