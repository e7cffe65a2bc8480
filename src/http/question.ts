import type { FastifyRequest } from 'fastify'
import { foldAscii, type Identifier, keyOf, parseIdentifier } from '../identifier/identifier.ts'
import { CODE } from '../wire/layout.ts'
import { type Query, USUAL_QUERY } from '../resolver/query.ts'
import { FILTER_COUNT_MAX } from './limits.ts'

/** A request that asks for something that can't be; the message says what. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError'
  readonly responseCode: number

  constructor(message: string, responseCode: number = CODE.protocolError) {
    super(message)
    this.responseCode = responseCode
  }
}

const INDEX = /^\d{1,10}$/
const UINT32_MAX = 0xffffffff

/** What stands before the first question mark of a URL. */
export function pathOf(url = ''): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** What stands behind the first question mark of a URL, further ones included; null: nothing. */
export function queryOf(url = ''): string | null {
  const end = url.indexOf('?')
  return end < 0 ? null : url.slice(end + 1)
}

/**
 * The name behind the beginning of a route's path. @throws BadRequestError
 * @param base as the route has it; it ends with a slash
 */
export function nameBehind(request: FastifyRequest, base: string): string {
  const path = pathOf(request.raw.url)
  return decodeName(path.slice(path.startsWith(base) ? base.length : skipSteps(path, base)))
}

/** Where the name begins in a path that spells the base otherwise, such as `/%61pi/handles/`. */
function skipSteps(path: string, base: string): number {
  let at = 0
  for (const character of base) {
    if (character === '/') at = path.indexOf('/', at) + 1
  }
  return at
}

/** Percent-encoded or raw. @throws BadRequestError */
function decodeName(encoded: string): string {
  if (!encoded.includes('%')) return encoded
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new BadRequestError('The percent-encoding of the path is malformed')
  }
}

/** @throws BadRequestError */
export function parseHandle(name: string): Identifier {
  const handle = parseIdentifier(name)
  if (handle !== undefined) return handle
  throw new BadRequestError('That is no valid identifier', CODE.invalidHandle)
}

/**
 * The question that a name and query parameters ask (§10.2 Query parameters).
 * @throws BadRequestError
 */
export function parseQuestion(name: string, parameters: URLSearchParams | null): Query {
  const key = keyOf(parseHandle(name))
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
export function isSet(parameters: URLSearchParams, name: string): boolean {
  const value = parameters.get(name)
  return value !== null && value.toLowerCase() !== 'false'
}

/** A value's index in decimal digits. @returns undefined when it is none, or beyond 32 bits */
export function parseValueIndex(text: string): number | undefined {
  return INDEX.test(text) && Number(text) <= UINT32_MAX ? Number(text) : undefined
}

/** @returns null when there are none @throws BadRequestError */
export function parseIndexes(given: readonly (string | number)[]): number[] | null {
  if (given.length === 0) return null
  assertCount(given.length, 'index')
  return given.map((one) => {
    const index = parseValueIndex(String(one))
    if (index !== undefined) return index
    throw new BadRequestError(`index: ${JSON.stringify(one)} is no value index`)
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
