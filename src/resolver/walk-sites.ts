import type { SiteBook } from '../client/upstream/site-book.ts'
import { foldAscii } from '../identifier/identifier.ts'
import type { Site } from '../record/site.ts'
import type { HandleValue } from '../record/value.ts'

/** Where a record sends those who ask for what is below it. */
export interface Direction {
  readonly sites: readonly Site[]
  /** A service or another record that has the sites; null for none. */
  readonly handle: string | null
}

const SITE_TYPES: ReadonlySet<string> = new Set(['HS_SITE', 'HS_SITE.6'])
/** What a referral's values are: sites that answer for derived prefixes. */
const DERIVED_SITE_TYPES: ReadonlySet<string> = new Set([
  'HS_SITE.PREFIX', 'HS_SITE.6.PREFIX', 'HS_NA_DELEGATE', ...SITE_TYPES,
])

/** Who answers for the names under a prefix, by its record; or for a service, by its own. */
export function readDirection(values: readonly HandleValue[], book: SiteBook): Direction {
  const sites = readSites(values, SITE_TYPES, book)
  const handle = sites.length > 0 ? null : textOf(values, 'HS_SERV') ?? textOf(values, 'HS_ALIAS')
  return { sites, handle }
}

/** Where a prefix referral leads (§9.5 Referral and recursion). */
export function readReferral(values: readonly HandleValue[], book: SiteBook): Direction {
  const sites = readSites(values, DERIVED_SITE_TYPES, book)
  return { sites, handle: sites.length > 0 ? null : textOf(values, 'HS_SERV.PREFIX') }
}

/** The other name that a record stands for, or null. */
export function readAlias(values: readonly HandleValue[]): string | null {
  return textOf(values, 'HS_ALIAS')
}

function readSites(
  values: readonly HandleValue[], types: ReadonlySet<string>, book: SiteBook,
): Site[] {
  const sites: Site[] = []
  for (const { type, data } of values) {
    const site = types.has(foldAscii(type)) ? book.siteOf(data) : undefined
    if (site !== undefined) sites.push(site)
  }
  return sites
}

function textOf(values: readonly HandleValue[], wanted: string): string | null {
  const text = values.find(({ type }) => foldAscii(type) === wanted)?.data.toString('utf8')
  return text === undefined || text === '' ? null : text
}
