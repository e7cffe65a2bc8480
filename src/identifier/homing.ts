import {
  foldAscii, type IdentifierKey, parentPrefix, PREFIX_OF_PREFIX_RECORDS, prefixOfKey,
  prefixRecordName, suffixOfKey,
} from './identifier.ts'

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

/** The prefix that a prefix record is about; undefined for any other name. */
export function prefixOfRecordKey(key: IdentifierKey): string | undefined {
  return prefixOfKey(key) === PREFIX_OF_PREFIX_RECORDS ? suffixOfKey(key) : undefined
}

/**
 * The prefix that a name of a prefix record is about, folded; empty when nothing stands behind
 * `0.NA/`. @returns undefined for a name that is none, such as a prefix alone
 */
export function prefixOfRecordName(name: string): string | undefined {
  const folded = foldAscii(name)
  const start = prefixRecordName('')
  return folded.startsWith(start) ? folded.slice(start.length) : undefined
}
