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
  /** Whether the answer may be that someone else is to be asked (302, 303). */
  readonly mayRefer: boolean
  /** Whether this node may ask others on the client's behalf. */
  readonly mayRecurse: boolean
  /** How many nodes have passed the question on before. */
  readonly recursionCount: number
}

/** What a question says beside its name. */
export type QueryTerms = Omit<Query, 'key'>

/** What a question asks for beside its name and filters, unless its client says otherwise. */
export const USUAL_QUERY = {
  indexes: null, types: null, publicOnly: true, mayRefer: true, mayRecurse: true, recursionCount: 0,
} as const
