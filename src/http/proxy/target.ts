import type { HandleValue } from '../../record/value.ts'
import { foldAscii } from '../../identifier/identifier.ts'
import { REDIRECT_URL_BYTES_MAX } from '../limits.ts'
import type { Asker, Location, LocationDocument } from './locations.ts'

/** Where a browser is sent. */
export type Target =
  | { readonly kind: 'url'; readonly url: string; readonly status: number }
  | { readonly kind: 'alias'; readonly handle: string }
  | { readonly kind: 'none' }

const NONE: Target = { kind: 'none' }
/** A browser is sent to addresses only, never into a script or a file. */
const SAFE_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'ftp:', 'mailto:'])

/**
 * Where the values of a record send a browser (§11): an alias first, then a 10320/loc document,
 * then the first URL, a plain one before `URL.xxx`.
 */
export async function chooseTarget(
  handle: string, values: readonly HandleValue[], asker: Asker, followAliases: boolean,
): Promise<Target> {
  const alias = followAliases ? findType(values, 'HS_ALIAS') : undefined
  if (alias !== undefined) return { kind: 'alias', handle: alias.data.toString('utf8') }
  const location = await chooseFrom(handle, values, asker)
  if (location !== undefined) return location
  const url =
    findType(values, 'URL') ?? values.find((value) => foldAscii(value.type).startsWith('URL.'))
  if (url === undefined) return NONE
  const safe = parseSafeUrl(url.data.toString('utf8'))
  return safe === undefined ? NONE : { kind: 'url', url: safe, status: 302 }
}

/** All places that the values name, for `action=showurls`. */
export async function listLocations(
  handle: string, values: readonly HandleValue[],
): Promise<Location[]> {
  const plain = values
    .filter((value) => foldAscii(value.type) === 'URL')
    .map((value) => ({
      href: value.data.toString('utf8'),
      weight: 1,
      status: 302,
      attributes: new Map<string, string>(),
    }))
  const document = await readDocument(handle, values)
  return [...(document?.locations ?? []), ...plain]
}

/** A URL that may stand in a Location header, normalised; undefined for any other text. */
export function parseSafeUrl(text: string): string | undefined {
  const url = URL.parse(text.trim())
  if (url === null || !SAFE_SCHEMES.has(url.protocol)) return undefined
  return url.href.length > REDIRECT_URL_BYTES_MAX ? undefined : url.href
}

async function chooseFrom(
  handle: string, values: readonly HandleValue[], asker: Asker,
): Promise<Target | undefined> {
  const document = await readDocument(handle, values)
  if (document === undefined) return undefined
  const { chooseLocation } = await import('./locations.ts')
  const location = chooseLocation(document, asker)
  const url = location === undefined ? undefined : parseSafeUrl(location.href)
  if (location === undefined || url === undefined) return undefined
  return { kind: 'url', url, status: location.status }
}

/** Few records have such a document, so what reads it is loaded with the first. */
async function readDocument(
  handle: string, values: readonly HandleValue[],
): Promise<LocationDocument | undefined> {
  const value = findType(values, '10320/LOC')
  if (value === undefined) return undefined
  const { parseLocations } = await import('./locations.ts')
  return parseLocations(value.data.toString('utf8'), handle)
}

function findType(values: readonly HandleValue[], folded: string): HandleValue | undefined {
  return values.find((value) => foldAscii(value.type) === folded)
}
