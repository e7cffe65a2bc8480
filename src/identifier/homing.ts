import {
  foldAscii, type IdentifierKey, parentPrefix, parseIdentifier, PREFIX_OF_PREFIX_RECORDS,
  prefixOfKey, prefixRecordName, suffixOfKey,
} from './identifier.ts'

const PREFIX_RECORDS_START = prefixRecordName('')

/**
 * Whether a name lives on a node with these homed prefixes: its own prefix is one of them, or it
 * is the record of a derived prefix and the prefix above is. So a secondary node that has
 * `88.118` homed keeps `0.NA/88.118.8` too, without a claim to everybody's prefix records.
 */
export function isKeyHomed(
  key: IdentifierKey, homed: Pick<ReadonlySet<string>, 'has'>,
): boolean {
  const prefix = prefixOfKey(key)
  if (homed.has(prefix)) return true
  if (prefix !== PREFIX_OF_PREFIX_RECORDS) return false
  const parent = parentPrefix(suffixOfKey(key))
  return parent !== undefined && homed.has(parent)
}

/**
 * The prefix to home so that a name lives here, the one that claims least: of the record of a
 * derived prefix that is the prefix above, not everybody's prefix records.
 */
export function homeOfKey(key: IdentifierKey): string {
  const prefix = prefixOfKey(key)
  return prefix === PREFIX_OF_PREFIX_RECORDS ? parentPrefix(suffixOfKey(key)) ?? prefix : prefix
}

/** Whether a key is that of a prefix's own record. */
export function isPrefixRecordKey(key: IdentifierKey): boolean {
  return key.startsWith(PREFIX_RECORDS_START)
}

/** The prefix that a prefix record is about; undefined for any other name. */
export function prefixOfRecordKey(key: IdentifierKey): string | undefined {
  return isPrefixRecordKey(key) ? suffixOfKey(key) : undefined
}

/**
 * The prefix that a name of a prefix record is about, folded. @returns undefined for a name that
 * is none: a prefix alone, nothing behind `0.NA/`, or more than a prefix, such as `0.NA/88/X`
 */
export function prefixOfRecordName(name: string): string | undefined {
  const folded = foldAscii(name)
  if (!folded.startsWith(PREFIX_RECORDS_START) || parseIdentifier(folded) === undefined) {
    return undefined
  }
  const prefix = folded.slice(PREFIX_RECORDS_START.length)
  return prefix === '' || prefix.includes('/') ? undefined : prefix
}
