import type { IncomingHttpHeaders } from 'node:http'
import type { Query } from '../../resolver/query.ts'
import { parseTypes, parseValueIndex } from '../question.ts'
import type { Asker } from './locations.ts'

const BROWSER = /Mozilla|Opera/
const BROWSER_TYPES: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml'])

/**
 * What is known of who asks (§11): the `locatt` parameter first, then what content negotiation
 * says, then languages.
 */
export function parseAsker(headers: IncomingHttpHeaders, parameters: URLSearchParams): Asker {
  const wanted: [string, string][] = []
  if (parameters.get('action') === 'metadata') wanted.push(['role', 'metadata'])
  for (const pair of parameters.getAll('locatt')) {
    const colon = pair.indexOf(':')
    if (colon > 0) wanted.push([pair.slice(0, colon), pair.slice(colon + 1)])
  }
  wanted.push(...negotiated(headers))
  for (const { name } of parseRanked(headers['accept-language'] ?? '')) {
    wanted.push(['language', name])
  }
  return { wanted, country: parameters.get('country') }
}

/** `type` and `index` filters; a bad index is left out, as browsers' users expect (§11). */
export function parseFilters(parameters: URLSearchParams): Pick<Query, 'indexes' | 'types'> {
  const indexes = parameters.getAll('index').map(parseValueIndex)
    .filter((index) => index !== undefined)
  return {
    indexes: indexes.length === 0 ? null : indexes,
    types: parseTypes(parameters.getAll('type')),
  }
}

function negotiated(headers: IncomingHttpHeaders): [string, string][] {
  const ranked = parseRanked(headers.accept ?? '')
  const first = ranked[0]?.name
  if (first === undefined || first === '*/*') {
    const browser = BROWSER.test(headers['user-agent'] ?? '')
    return [['http_role', browser ? 'browser' : 'no_conneg']]
  }
  if (BROWSER_TYPES.has(first)) return [['http_role', 'browser']]
  const pairs: [string, string][] = [['http_role', 'conneg']]
  for (const { name } of ranked) pairs.push(['ctype', name], ['media-type', name])
  return pairs
}

/** The names of an Accept-like header, best first. */
function parseRanked(header: string): { readonly name: string; readonly quality: number }[] {
  return header
    .split(',', 32)
    .map((part) => {
      const [name = '', ...rest] = part.split(';').map((piece) => piece.trim())
      const quality = rest.find((piece) => piece.startsWith('q='))
      const ranked = quality === undefined ? 1 : Number(quality.slice(2))
      return { name: name.toLowerCase(), quality: ranked }
    })
    .filter(({ name, quality }) => name !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality)
}
