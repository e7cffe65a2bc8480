import { TTL_SECONDS_DEFAULT } from './limits.ts'

/** A reference to a value of another record; index 0 means any index. */
export interface ValueReference {
  readonly handle: string
  readonly index: number
}

/** One value of a record (reference: RFC 3651 §3.1). */
export interface HandleValue {
  /** Greater than 0 in a stored record; unsigned 32 bits on the wire. */
  readonly index: number
  readonly type: string
  readonly data: Buffer
  /** Whether `ttl` counts seconds from the answer, or is a time in seconds since 1970. */
  readonly ttlType: 'relative' | 'absolute'
  readonly ttl: number
  /** Bits of `Permission`. */
  readonly permissions: number
  /** Last change, seconds since 1970. */
  readonly timestamp: number
  readonly references: readonly ValueReference[]
}

/** Permission bits of a value (RFC 3651 §3.1). */
export const Permission = {
  adminRead: 0x08,
  adminWrite: 0x04,
  publicRead: 0x02,
  publicWrite: 0x01,
} as const

/** Permissions of a value that names none: admins read and write, the public reads. */
export const PERMISSIONS_DEFAULT =
  Permission.adminRead | Permission.adminWrite | Permission.publicRead

/** A value with the usual defaults: public, relative TTL of a day, no timestamp, no references. */
export function createValue(
  index: number,
  type: string,
  data: Buffer | string,
  rest: Partial<Omit<HandleValue, 'index' | 'type' | 'data'>> = {},
): HandleValue {
  return {
    index,
    type,
    data: typeof data === 'string' ? Buffer.from(data) : data,
    ttlType: 'relative',
    ttl: TTL_SECONDS_DEFAULT,
    permissions: PERMISSIONS_DEFAULT,
    timestamp: 0,
    references: [],
    ...rest,
  }
}
