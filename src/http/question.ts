import { foldAscii, keyOf, parseIdentifier } from '../identifier/identifier.ts'
import { type Query, USUAL_QUERY } from '../resolver/query.ts'
import { FILTER_COUNT_MAX } from './limits.ts'

/** A request that asks for something that can't be; the message says what. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError'
  readonly responseCode: number

  constructor(message: string, responseCode = 4) {
    super(message)
    this.responseCode = responseCode
  }
}

const INDEX = /^\d{1,10}$/
const UINT32_MAX = 0xffffffff

/** The name in the rest of a path: percent-encoded or raw. @throws BadRequestError */
export function decodeName(encoded: string): string {
  if (!encoded.includes('%')) return encoded
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new BadRequestError('The percent-encoding of the path is malformed')
  }
}

/**
 * The question that a name and query parameters ask (§10.2 Query parameters).
 * @throws BadRequestError
 */
export function parseQuestion(name: string, parameters: URLSearchParams | null): Query {
  const identifier = parseIdentifier(name)
  if (identifier === undefined) throw new BadRequestError('That is no valid identifier', 102)
  const key = keyOf(identifier)
  if (parameters === null) return { key, ...USUAL_QUERY }
  return {
    ...USUAL_QUERY,
    key,
    indexes: parseIndexes(parameters.getAll('index')),
    types: parseTypes(parameters.getAll('type')),
    // Who shows no key is answered with what is public, unless everything is asked for outright.
    publicOnly: parameters.get('publicOnly') !== 'false',
    mayRefer: !isSet(parameters, 'doNotRefer'),
  }
}

/** A switch: there, and not said to be off. */
function isSet(parameters: URLSearchParams, name: string): boolean {
  return parameters.has(name) && parameters.get(name) !== 'false'
}

/** @returns null when there are none @throws BadRequestError */
export function parseIndexes(given: readonly (string | number)[]): number[] | null {
  if (given.length === 0) return null
  assertCount(given.length, 'index')
  return given.map((one) => {
    const index = INDEX.test(String(one)) ? Number(one) : Number.NaN
    if (!(index <= UINT32_MAX)) {
      throw new BadRequestError(`index: ${JSON.stringify(one)} is no value index`)
    }
    return index
  })
}

/** @returns the types, folded; null when there are none @throws BadRequestError */
export function parseTypes(given: readonly string[]): string[] | null {
  if (given.length === 0) return null
  assertCount(given.length, 'type')
  return given.map(foldAscii)
}

function assertCount(count: number, what: string): void {
  if (count <= FILTER_COUNT_MAX) return
  throw new BadRequestError(`${what}: ${count} were given; ${FILTER_COUNT_MAX} may be`)
}
