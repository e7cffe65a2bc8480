import type { IdentifierKey } from '../identifier/identifier.ts'

/** One question to the resolver. Absent filters are null, so that the usual query costs nothing. */
export interface Query {
  readonly key: IdentifierKey
  /** Value indexes asked for, or null for no such filter. */
  readonly indexes: readonly number[] | null
  /** Types asked for (folded), a trailing dot meaning any subtype, or null. */
  readonly types: readonly string[] | null
  /** Leave restricted values out instead of refusing. */
  readonly publicOnly: boolean
}
