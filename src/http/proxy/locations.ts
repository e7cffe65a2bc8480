import { XMLParser } from 'fast-xml-parser'
import { pickWeighted } from '../../lib/weighted.ts'
import { LOCATION_DOCUMENT_BYTES_MAX } from '../limits.ts'

/** One place that a 10320/loc document names. */
export interface Location {
  readonly href: string
  readonly weight: number
  /** HTTP status of the redirect. */
  readonly status: number
  readonly attributes: ReadonlyMap<string, string>
}

export interface LocationDocument {
  readonly chooseBy: readonly string[]
  readonly locations: readonly Location[]
}

/** What is known of who asks, for choosing among locations. */
export interface Asker {
  /** `attr:value` pairs from the `locatt` parameter and content negotiation. */
  readonly wanted: readonly (readonly [attribute: string, value: string])[]
  /** Two letters, or null: no address is looked up here. */
  readonly country: string | null
}

const DEFAULT_CHOOSE_BY = ['locatt', 'country', 'score', 'weighted']
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  isArray: (name) => name === 'location',
  // A stranger's document may not define entities that grow.
  processEntities: { enabled: true, maxTotalExpansions: 1000, maxExpandedLength: 100_000 },
})

/**
 * Reads a 10320/loc document (§11).
 * @param handle fills `{hdl}` and `{hdl:path}` in href templates
 * @returns undefined when it is no such document
 */
export function parseLocations(xml: string, handle: string): LocationDocument | undefined {
  if (xml.length > LOCATION_DOCUMENT_BYTES_MAX || /<!DOCTYPE/i.test(xml)) return undefined
  let root: unknown
  try {
    root = parser.parse(xml)
  } catch {
    return undefined
  }
  const outer = member(root, 'locations')
  if (outer === undefined) return undefined
  const chooseBy = text(member(outer, 'chooseby') ?? member(outer, 'choose_by'))
  const list: unknown = member(outer, 'location')
  const locations = (Array.isArray(list) ? list : [])
    .map((one: unknown) => parseLocation(one, handle))
    .filter((one) => one !== undefined)
  return {
    chooseBy: chooseBy === '' ? DEFAULT_CHOOSE_BY : chooseBy.split(',').map((s) => s.trim()),
    locations,
  }
}

/** Chooses one location by the document's own rules, each narrowing what the last one left. */
export function chooseLocation(document: LocationDocument, asker: Asker): Location | undefined {
  let left = document.locations
  for (const rule of document.chooseBy) {
    if (left.length <= 1) break
    const narrowed = narrow(left, rule, asker)
    if (narrowed.length > 0) left = narrowed
  }
  return left[0]
}

function narrow(
  locations: readonly Location[], rule: string, asker: Asker,
): readonly Location[] {
  switch (rule) {
    case 'locatt':
      return asker.wanted.reduce<readonly Location[]>((left, [attribute, value]) => {
        const matching = left.filter((one) => one.attributes.get(attribute) === value)
        return matching.length > 0 ? matching : left
      }, locations)
    case 'country':
      return byCountry(locations, asker.country)
    case 'score': {
      const best = Math.max(...locations.map(scoreOf))
      return locations.filter((one) => scoreOf(one) === best)
    }
    case 'weighted': {
      const picked = locations[pickWeighted(locations.map((one) => one.weight))]
      return picked === undefined ? [] : [picked]
    }
    default:
      return locations
  }
}

function byCountry(locations: readonly Location[], country: string | null): readonly Location[] {
  const own = country?.toLowerCase()
  const matching = locations.filter(
    (one) => own !== undefined && one.attributes.get('country')?.toLowerCase() === own,
  )
  return matching.length > 0
    ? matching
    : locations.filter((one) => one.attributes.get('country') === undefined)
}

function scoreOf(location: Location): number {
  return Number(location.attributes.get('score') ?? 0) || 0
}

function parseLocation(json: unknown, handle: string): Location | undefined {
  const attributes = attributesOf(json)
  const template = attributes.get('href_template')
  const filled = template === undefined ? undefined : fill(template, handle)
  const href = attributes.get('href') ?? filled
  if (href === undefined || href === '') return undefined
  const weight = Number(attributes.get('weight') ?? 1)
  const status = Number(attributes.get('http_sc') ?? 302)
  return {
    href,
    weight: weight >= 0 ? weight : 0,
    status: REDIRECT_STATUSES.has(status) ? status : 302,
    attributes,
  }
}

function fill(template: string, handle: string): string {
  const encoded = encodeURIComponent(handle)
  return template
    .replaceAll('{hdl:path}', encoded.replaceAll('%2F', '/'))
    .replaceAll('{hdl}', encoded)
}

function attributesOf(json: unknown): ReadonlyMap<string, string> {
  if (typeof json !== 'object' || json === null) return new Map()
  const texts = Object.entries(json).filter((entry): entry is [string, string] =>
    typeof entry[1] === 'string')
  return new Map(texts)
}

function member(json: unknown, name: string): unknown {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined
  return Object.entries(json).find(([key]) => key === name)?.[1]
}

function text(json: unknown): string {
  return typeof json === 'string' ? json : ''
}
