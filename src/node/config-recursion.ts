import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import {
  ABSENT_SECONDS_DEFAULT, ABSENT_SECONDS_MAX, STALE_SECONDS_DEFAULT, STALE_SECONDS_MAX,
} from '../resolver/cache-rules.ts'
import { RECURSION_TIMEOUT_MS_DEFAULT } from '../resolver/limits.ts'
import { RECURSION_TIMEOUT_MS_MAX } from './limits.ts'
import type { RecursionConfig } from './recursion.ts'
import { isSiteFile, parseRootServers, readSiteFile, type RootServer } from './root-servers.ts'

/** The settings about asking other nodes, as they are given. */
export interface RecursionFlags {
  readonly role?: string | undefined
  readonly recursion?: string | undefined
  readonly root?: string | undefined
  readonly absentTtl?: string | undefined
  readonly serveStale?: string | undefined
  readonly recursionTimeout?: string | undefined
  readonly allowPrivateUpstreams?: string | boolean | undefined
  readonly requireSignatures?: string | boolean | undefined
  readonly upstreamCa?: string | undefined
}

export type RecursionName = keyof RecursionFlags

export const RECURSION_NAMES: readonly RecursionName[] = [
  'role', 'recursion', 'root', 'absentTtl', 'serveStale', 'recursionTimeout',
  'allowPrivateUpstreams', 'requireSignatures', 'upstreamCa',
]

const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
const onOff = z.union([
  z.boolean(), z.enum(['on', 'off', 'true', 'false']).transform((text) => /on|true/.test(text)),
])
const path = z.string().min(1).refine((text) => !text.includes('\0'))

const schemas = {
  role: z.enum(['authoritative', 'recursive']),
  recursion: onOff,
  root: path,
  absentTtl: count.pipe(z.int().min(0).max(ABSENT_SECONDS_MAX)),
  serveStale: count.pipe(z.int().min(0).max(STALE_SECONDS_MAX)),
  recursionTimeout: count.pipe(z.int().min(100).max(RECURSION_TIMEOUT_MS_MAX)),
  allowPrivateUpstreams: onOff,
  requireSignatures: onOff,
  upstreamCa: path,
}

export const RECURSION_ACCEPTED: Readonly<Record<RecursionName, string>> = {
  role: 'authoritative or recursive',
  recursion: 'on or off',
  root: 'HOST:PORT, several with commas, or the path of a site file (.json or .bin)',
  absentTtl: `a whole number of seconds from 0 to ${ABSENT_SECONDS_MAX}`,
  serveStale: `a whole number of seconds from 0 to ${STALE_SECONDS_MAX}`,
  recursionTimeout: `a whole number of milliseconds from 100 to ${RECURSION_TIMEOUT_MS_MAX}`,
  allowPrivateUpstreams: 'on or off',
  requireSignatures: 'on or off',
  upstreamCa: 'the path of certificates in PEM form',
}

export const RECURSION_DEFAULTS: Readonly<Record<RecursionName, unknown>> = {
  role: 'authoritative',
  recursion: null,
  root: null,
  absentTtl: ABSENT_SECONDS_DEFAULT,
  serveStale: STALE_SECONDS_DEFAULT,
  recursionTimeout: RECURSION_TIMEOUT_MS_DEFAULT,
  allowPrivateUpstreams: 'off',
  requireSignatures: 'off',
  upstreamCa: null,
}

/** A setting as it was given, where, and the folder that a path starts from. */
export interface GivenSetting {
  readonly value: unknown
  readonly source: string
  readonly folder: string
}

/** How `loadConfig` looks a setting up, checks it, and refuses it. */
export interface SettingSource {
  readonly pick: (name: RecursionName) => GivenSetting
  readonly check: <T>(name: RecursionName, schema: z.ZodType<T>, given: GivenSetting) => T
  /** @throws ConfigError */
  readonly refuse: (message: string) => never
}

/** How this node asks others; null when it does not. @throws ConfigError */
export function loadRecursion(source: SettingSource): RecursionConfig | null {
  const { pick, check } = source
  const role = check('role', schemas.role, pick('role'))
  const recursion = pick('recursion')
  const on = recursion.value === null
    ? role === 'recursive'
    : check('recursion', schemas.recursion, recursion)
  if (!on) return null
  const root = pick('root')
  const roots = root.value === null ? [] : loadRoots(source, root)
  if (roots.length === 0 && role === 'recursive') {
    source.refuse('a recursive node needs to know where to begin; give --root HOST:PORT')
  }
  return {
    roots,
    absentSeconds: check('absentTtl', schemas.absentTtl, pick('absentTtl')),
    staleSeconds: check('serveStale', schemas.serveStale, pick('serveStale')),
    timeoutMs: check('recursionTimeout', schemas.recursionTimeout, pick('recursionTimeout')),
    allowPrivate: check(
      'allowPrivateUpstreams', schemas.allowPrivateUpstreams, pick('allowPrivateUpstreams'),
    ),
    signaturesDemanded: check(
      'requireSignatures', schemas.requireSignatures, pick('requireSignatures'),
    ),
    ca: loadUpstreamCa(source),
  }
}

/** Certificates that vouch for other nodes beside the system's; null: none. @throws ConfigError */
export function loadUpstreamCa(source: SettingSource): string | null {
  const ca = source.pick('upstreamCa')
  if (ca.value === null) return null
  return loadFile(source, ca, source.check('upstreamCa', schemas.upstreamCa, ca))
}

function loadRoots(source: SettingSource, root: GivenSetting): RootServer[] {
  const text = source.check('root', schemas.root, root)
  const servers = isSiteFile(text)
    ? readFile(source, root, () => readSiteFile(resolve(root.folder, text)))
    : parseRootServers(text)
  return servers
    ?? source.refuse(`${root.source}: ${JSON.stringify(text)} can't be used; it takes `
      + RECURSION_ACCEPTED.root)
}

function loadFile(source: SettingSource, given: GivenSetting, text: string): string {
  return readFile(source, given, () => readFileSync(resolve(given.folder, text), 'utf8'))
}

function readFile<T>(source: SettingSource, given: GivenSetting, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    return source.refuse(`${given.source}: the file can't be read (${code})`)
  }
}
