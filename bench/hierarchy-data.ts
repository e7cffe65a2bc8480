import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { createSite } from '../src/node/site.ts'
import { encodeSite } from '../src/record/site.ts'
import { formatValue } from '../src/record/value-json.ts'
import { createValue, type HandleValue } from '../src/record/value.ts'
import type { Ports } from './node-server.ts'

/** Where the three tiers listen. */
export interface Tiers {
  readonly top: Ports
  readonly secondary: Ports
  readonly enterprise: Ports
}

export interface TierFolders {
  readonly top: string
  readonly secondary: string
  readonly enterprise: string
}

/** Names under as many enterprises, each with a secondary prefix of its own: a whole walk each. */
export const MISS_COUNT = 106_000
export const COLD_COUNT = 100_000
/** Secondary prefixes and enterprises that the cold names are spread over. */
const SECONDARY_COUNT = 10
const ENTERPRISES_EACH = 10

export const missName = (i: number): string => `88.${1_000 + i}.1/M`

export function coldName(i: number): string {
  const enterprise = i % (SECONDARY_COUNT * ENTERPRISES_EACH)
  return `88.${100 + (enterprise % SECONDARY_COUNT)}.${Math.floor(enterprise / 10)}/C${i}`
}

interface Line {
  readonly handle: string
  readonly values: readonly HandleValue[]
}

/** Makes the data folders of three nodes that refer to each other. */
export async function prepareTiers(folder: string, tiers: Tiers): Promise<TierFolders> {
  const names = [
    ...Array.from({ length: MISS_COUNT }, (_, i) => missName(i)),
    ...Array.from({ length: COLD_COUNT }, (_, i) => coldName(i)),
  ]
  const enterprises = [...new Set(names.map((name) => name.split('/')[0] ?? ''))]
  const secondaries = [...new Set(enterprises.map((prefix) =>
    prefix.split('.').slice(0, 2).join('.')))]
  const [secondary, enterprise] = [siteData(tiers.secondary), siteData(tiers.enterprise)]
  return {
    top: await importLines(join(folder, 'top'), secondaries.map((prefix) => (
      { handle: `0.NA/${prefix}`, values: [
        createValue(1, 'HS_SITE', secondary), createValue(2, 'HS_SITE.PREFIX', secondary),
      ] }))),
    secondary: await importLines(join(folder, 'secondary'), [
      // A name under each, so that it is homed.
      ...secondaries.map((prefix) => (
        { handle: `${prefix}/ABOUT`, values: [createValue(1, 'DESC', 'secondary')] })),
      ...enterprises.map((prefix) => (
        { handle: `0.NA/${prefix}`, values: [createValue(1, 'HS_SITE', enterprise)] })),
    ]),
    enterprise: await importLines(join(folder, 'enterprise'), names.map((name) => (
      { handle: name, values: [
        createValue(1, 'URL', `https://trace.enterprise.example/p/${name}`),
        createValue(2, 'DESC', 'five-axis machining centre, batch 2026-11'),
      ] }))),
  }
}

function siteData({ native, http }: Ports): Buffer {
  const at = (port: number) => ({ host: '127.0.0.1', port })
  return encodeSite(createSite({
    native: at(native), http: at(http), https: null, publicKey: Buffer.alloc(0),
  }))
}

async function importLines(dataDir: string, lines: readonly Line[]): Promise<string> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = `${dataDir}.ndjson`
  const file = createWriteStream(path)
  for (const { handle, values } of lines) {
    file.write(`${JSON.stringify({ handle, values: values.map(formatValue) })}\n`)
  }
  file.end()
  await once(file, 'close')
  const args = ['src/cli/main.mjs', 'import', path, '--data', dataDir, '--strict']
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  return dataDir
}
