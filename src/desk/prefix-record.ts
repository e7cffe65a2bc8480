import { prefixRecordName } from '../identifier/identifier.ts'
import { AdminPermission, encodeAdminRecord } from '../record/admin.ts'
import { encodeSite } from '../record/site.ts'
import { createValue, type HandleValue } from '../record/value.ts'
import { formatIndustry } from './industry.ts'
import { PREFIX_TTL_SECONDS } from './limits.ts'
import type { Level } from './organisation.ts'
import { parsePublicKeyPem } from './public-key.ts'
import { createRouteSites, type Route } from './route.ts'

/** Indexes of the values of a prefix record. */
export const PREFIX_INDEX = {
  /** One for each address of the route. */
  site: 1,
  /** The same once more, for everything derived from a secondary node's prefix. */
  derivedSite: 11,
  industry: 21,
  organisation: 22,
  status: 23,
  admin: 100,
  publicKey: 300,
} as const

const everyRight = Object.values(AdminPermission).reduce((all, bit) => all | bit, 0)
/** What an enterprise's own key may do: all but hand out prefixes below its own. */
export const ENTERPRISE_RIGHTS =
  everyRight & ~AdminPermission.addDerivedPrefix & ~AdminPermission.deleteDerivedPrefix

/** What a prefix record is made from. */
export interface PrefixFacts {
  readonly prefix: string
  readonly level: Level
  readonly organisationName: string
  readonly industry: string
  /** The holder's public key as PEM, if it has one. */
  readonly publicKey: string | null
  readonly enabled: boolean
  /** Where it is served: its own route, or here. Null while neither has been chosen. */
  readonly site:
    | { readonly kind: 'route'; readonly route: Route; readonly serialNumber: number }
    /** The site of this node, encoded. */
    | { readonly kind: 'here'; readonly siteBytes: Buffer }
    | null
}

/**
 * The values of a prefix's own record, `0.NA/88.118.8`. While the prefix is suspended it names no
 * site, so that nobody is led to what is switched off; everything else stays.
 */
export function createPrefixValues(facts: PrefixFacts, nowSeconds: number): HandleValue[] {
  const { prefix, level, organisationName, industry, publicKey, enabled } = facts
  const rest = { ttl: PREFIX_TTL_SECONDS, timestamp: nowSeconds }
  const sites = enabled ? siteData(facts) : []
  const derived = level === 'secondary' ? sites : []
  const key = publicKey === null ? undefined : parsePublicKeyPem(publicKey)
  const admin = encodeAdminRecord({
    handle: prefixRecordName(prefix),
    index: PREFIX_INDEX.publicKey,
    permissions: level === 'enterprise' ? ENTERPRISE_RIGHTS : everyRight,
    legacyByteLength: false,
  })
  return [
    ...sites.map((data, i) => createValue(PREFIX_INDEX.site + i, 'HS_SITE', data, rest)),
    ...derived.map((data, i) =>
      createValue(PREFIX_INDEX.derivedSite + i, 'HS_SITE.PREFIX', data, rest)),
    createValue(PREFIX_INDEX.industry, 'INDUSTRY', formatIndustry(industry) ?? industry, rest),
    createValue(PREFIX_INDEX.organisation, 'ORGANISATION', organisationName, rest),
    createValue(PREFIX_INDEX.status, 'STATUS', enabled ? 'enabled' : 'suspended', rest),
    createValue(PREFIX_INDEX.admin, 'HS_ADMIN', admin, rest),
    ...(key === undefined ? [] : [createValue(PREFIX_INDEX.publicKey, 'HS_PUBKEY', key, rest)]),
  ]
}

function siteData({ site, organisationName }: PrefixFacts): Buffer[] {
  if (site === null) return []
  if (site.kind === 'here') return [site.siteBytes]
  return createRouteSites(site.route, site.serialNumber, organisationName).map(encodeSite)
}

/** Whether the values of a prefix record say who holds it, as those that the desk writes do. */
export function namesHolder(values: readonly HandleValue[]): boolean {
  return values.some(({ index, type }) =>
    index === PREFIX_INDEX.organisation && type === 'ORGANISATION')
}

/** Whether a value of a prefix record is the desk's to write. */
export function isDeskIndex(index: number): boolean {
  return index < 100 || index === PREFIX_INDEX.admin || index === PREFIX_INDEX.publicKey
}
