import { type IdentifierKey, parentPrefix, prefixOfKey, suffixOfKey } from './identifier.ts'

/** The prefix that prefix records stand under: `0.NA/88.118`. */
const PREFIX_OF_PREFIX_RECORDS = '0.NA'

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
