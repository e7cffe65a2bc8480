import { IDENTIFIER_BYTES_MAX } from './limits.ts'

/** An identifier that was checked: not empty, no control characters, within the length limit. */
export type Identifier = string & { readonly __brand: 'Identifier' }

/** A folded identifier: the key under which records are stored, cached and compared. */
export type IdentifierKey = string & { readonly __brand: 'IdentifierKey' }

/** What stands before the slash in the names of prefix records. */
export const PREFIX_OF_PREFIX_RECORDS = '0.NA'
 
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/
const LOWER_CASE = /[a-z]/
const LOWER_CASE_RUNS = /[a-z]+/g
const OTHER_THAN_ASCII = /[^\u0000-\u007f]/

/**
 * Checks identifier text. @returns the identifier, or undefined when it is empty, longer than
 * IDENTIFIER_BYTES_MAX bytes, begins with a slash, or holds control characters.
 */
export function parseIdentifier(text: string): Identifier | undefined {
  if (text === '' || text.startsWith('/')) return undefined
  if (text.length > IDENTIFIER_BYTES_MAX || Buffer.byteLength(text) > IDENTIFIER_BYTES_MAX) {
    return undefined
  }
  if (CONTROL_CHARACTERS.test(text)) return undefined
  return text as Identifier
}

/**
 * Folds a name to its key: ASCII letters to upper case, everything else as it is, and a name
 * without a slash to its prefix record (`88.118` → `0.NA/88.118`).
 */
export function keyOf(name: string): IdentifierKey {
  const folded = foldAscii(name)
  return (folded.includes('/') ? folded : `${PREFIX_OF_PREFIX_RECORDS}/${folded}`) as IdentifierKey
}

/** Upper-cases ASCII letters only, as the peers compare names and types. */
export function foldAscii(text: string): string {
  if (!LOWER_CASE.test(text)) return text
  // Of text that is all ASCII no other letters could change.
  return OTHER_THAN_ASCII.test(text)
    ? text.replace(LOWER_CASE_RUNS, (run) => run.toUpperCase())
    : text.toUpperCase()
}

/** The prefix of a key: what stands before the first slash. */
export function prefixOfKey(key: IdentifierKey): string {
  return key.slice(0, key.indexOf('/'))
}

/** The suffix of a key: what stands after the first slash. */
export function suffixOfKey(key: IdentifierKey): string {
  return key.slice(key.indexOf('/') + 1)
}

/** The name of a prefix's own record, as the prefix is spelt: `88.118.8` → `0.NA/88.118.8`. */
export function prefixRecordName(prefix: string): string {
  return `${PREFIX_OF_PREFIX_RECORDS}/${prefix}`
}

/** Its key. */
export function prefixRecordKey(prefix: string): IdentifierKey {
  return prefixRecordName(foldAscii(prefix)) as IdentifierKey
}

/** The prefix above: `88.118.8` → `88.118`; undefined for one without a dot. */
export function parentPrefix(prefix: string): string | undefined {
  const dot = prefix.lastIndexOf('.')
  return dot < 0 ? undefined : prefix.slice(0, dot)
}
