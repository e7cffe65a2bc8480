/** Our words for the interface's numbers, each list from 1 on. */
export const NATURES = [
  'state-holding', 'private-holding', 'foreign-holding', 'public-institution', 'non-profit',
] as const
export const CERTIFICATES = ['credit-code', 'other'] as const
export const ID_TYPES = ['identity-card', 'passport', 'other'] as const
export const SYSTEM_KINDS = [
  'registration', 'registration-data', 'data-backup', 'resolution', 'system-backup',
] as const
export const DEPLOYMENTS = ['local', 'cloud'] as const
export const UNDERTAKINGS = ['self', 'entrusted'] as const
export const LICENCES = [
  'root-server', 'domain-registry', 'domain-registrar', 'value-added-telecom',
] as const

/** The number of a word; null for none. */
export function numberOf(words: readonly string[], word: string | undefined): number | null {
  const at = word === undefined ? -1 : words.indexOf(word)
  return at < 0 ? null : at + 1
}
