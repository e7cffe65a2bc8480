import { ENTERPRISE_CODE_DIGITS_MAX, PREFIX_CHARACTERS_MAX } from './limits.ts'
import type { Level } from './organisation.ts'

/** A prefix taken apart by the VAA rules: `88` country, `118` industry, `8` enterprise. */
export interface PrefixCode {
  readonly prefix: string
  readonly level: Level
  /** The prefix above, or null for the top. */
  readonly parent: string | null
}

const TOP = /^\d{2}$/
const INDUSTRY_CODE = /^\d{3,5}$/
const ENTERPRISE_CODE = new RegExp(`^\\d{1,${ENTERPRISE_CODE_DIGITS_MAX}}$`)

/**
 * Takes a prefix apart: two digits, then an industry code of 3 to 5 digits, then an enterprise
 * code of 1 to 20 digits. @returns undefined when it is none
 */
export function parsePrefixCode(prefix: string): PrefixCode | undefined {
  if (prefix.length > PREFIX_CHARACTERS_MAX) return undefined
  const [top = '', industry, enterprise, ...rest] = prefix.split('.')
  if (!TOP.test(top) || rest.length > 0) return undefined
  if (industry === undefined) return { prefix, level: 'top', parent: null }
  if (!INDUSTRY_CODE.test(industry)) return undefined
  if (enterprise === undefined) return { prefix, level: 'secondary', parent: top }
  if (!ENTERPRISE_CODE.test(enterprise)) return undefined
  return { prefix, level: 'enterprise', parent: `${top}.${industry}` }
}
