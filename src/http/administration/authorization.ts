import { parseIdentifier } from '../../identifier/identifier.ts'
import type { Identity } from '../../record/command.ts'
import { parseValueIndex } from '../question.ts'

/** What an `Authorization` header says, before anything of it is believed (§10.6). */
export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly identity: Identity; readonly secret: Buffer }
  /** Members of the `Handle` scheme, names in lower case. */
  | { readonly kind: 'handle'; readonly fields: ReadonlyMap<string, string> }
  /** It is not well formed, or names no identity. */
  | { readonly kind: 'malformed'; readonly scheme: 'basic' | 'handle' }
  /** A scheme that is not for this API. */
  | { readonly kind: 'other' }

const SCHEME = /^(\S+)(?:\s+(.*))?$/s
const MEMBER = /\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",\s]*))\s*(?:,|$)/y
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const RAW_IDENTITY = /^\d+:[^/]*\//
const COLON = 0x3a

/** Reads an `Authorization` header. */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined) return { kind: 'none' }
  const [, scheme = '', rest = ''] = SCHEME.exec(header.trim()) ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return parseBasic(rest)
    case 'handle': {
      const fields = parseMembers(rest)
      return fields === undefined
        ? { kind: 'malformed', scheme: 'handle' }
        : { kind: 'handle', fields }
    }
    default:
      return { kind: 'other' }
  }
}

/**
 * Reads an identity written `index:handle`, percent-encoded or not: clients do both.
 * @returns undefined when it is no such thing
 */
export function parseIdentity(text: string): Identity | undefined {
  // Whoever encodes it encodes the colon or the slash; with both as they are, nothing is encoded.
  const raw = RAW_IDENTITY.test(text) ? text : decodePercent(text)
  if (raw === undefined) return undefined
  const colon = raw.indexOf(':')
  const index = parseValueIndex(raw.slice(0, Math.max(0, colon)))
  const handle = parseIdentifier(raw.slice(colon + 1))
  return index === undefined || handle === undefined ? undefined : { index, handle }
}

/** The text that `parseIdentity` reads. */
export function formatIdentity(identity: Identity): string {
  return `${identity.index}:${identity.handle}`
}

/**
 * User and password are parted by the first colon, so clients encode the one in `index:handle`.
 * Where one did not, the first colon ends the index, and the second the handle.
 */
function parseBasic(credentials: string): Authorization {
  const malformed: Authorization = { kind: 'malformed', scheme: 'basic' }
  if (!BASE64.test(credentials)) return malformed
  const bytes = Buffer.from(credentials, 'base64')
  let colon = bytes.indexOf(COLON)
  if (colon < 0) return malformed
  if (parseValueIndex(bytes.toString('latin1', 0, colon)) !== undefined) {
    colon = bytes.indexOf(COLON, colon + 1)
  }
  if (colon < 0) return malformed
  const identity = parseIdentity(bytes.toString('utf8', 0, colon))
  if (identity === undefined) return malformed
  // Bytes and not text: a secret is whatever bytes the record holds.
  return { kind: 'basic', identity, secret: bytes.subarray(colon + 1) }
}

function parseMembers(text: string): Map<string, string> | undefined {
  const fields = new Map<string, string>()
  const trimmed = text.trim()
  MEMBER.lastIndex = 0
  while (MEMBER.lastIndex < trimmed.length) {
    const member = MEMBER.exec(trimmed)
    if (member === null) return undefined
    const [, name = '', quoted, token = ''] = member
    const key = name.toLowerCase()
    // Said twice, it could mean one thing to us and another to whoever looks on.
    if (fields.has(key)) return undefined
    fields.set(key, quoted === undefined ? token : quoted.replace(/\\(.)/gs, '$1'))
  }
  return fields
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
