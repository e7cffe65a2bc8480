import type { Identifier, IdentifierKey } from '../identifier/identifier.ts'
import type { HandleValue, ValueReference } from './value.ts'

/** Who acts: the value that holds an identity's key, written `index:handle` (`300:0.NA/88`). */
export type Identity = ValueReference

/** What someone wants done to records, whichever door it came through (§9.4 Write rules). */
export type Command =
  | {
      readonly kind: 'create'
      /** With `mint`, what the minted suffix is appended to. */
      readonly handle: Identifier
      readonly values: readonly HandleValue[]
      readonly overwrite: boolean
      readonly mint: boolean
    }
  | { readonly kind: 'delete'; readonly handle: Identifier }
  | {
      readonly kind: 'add'
      readonly handle: Identifier
      readonly values: readonly HandleValue[]
      readonly overwrite: boolean
    }
  | {
      readonly kind: 'modify'
      readonly handle: Identifier
      readonly values: readonly HandleValue[]
    }
  | {
      readonly kind: 'remove'
      readonly handle: Identifier
      readonly indexes: readonly number[]
    }
  /** `prefix`: folded, without `0.NA/`. */
  | { readonly kind: 'home' | 'unhome'; readonly prefix: string }
  /** Reads that need a right: values that the public may not see, and listings. */
  | {
      readonly kind: 'read'
      readonly handle: Identifier
      readonly indexes: readonly number[] | null
      readonly types: readonly string[] | null
    }
  | {
      readonly kind: 'list'
      readonly prefix: string
      /** Where the listing goes on; null for its beginning. */
      readonly after: IdentifierKey | null
      /** How many names to pass over, then how many to give at most (10,000 at a time). */
      readonly offset: number
      readonly countMax: number
    }
  | { readonly kind: 'list-prefixes' }

/** Why a command was not done. Each door has one table from these to its own codes. */
export type CommandRefusal =
  | 'not-responsible' // 301
  | 'handle-not-found' // 100
  | 'handle-exists' // 101
  | 'invalid-handle' // 102
  | 'values-not-found' // 200
  | 'value-exists' // 201
  | 'invalid-value' // 202
  | 'invalid-administrator' // 400: known, but without the right
  | 'insufficient-permissions' // 401: a value that nobody may write or read
  | 'authentication-failed' // 403: the proof is wrong
  | 'authentication-timeout' // 405
  | 'authentication-error' // 406: could not find out whether the proof is right
  | 'not-supported' // 5
  | 'busy' // 3: may be tried again
  | 'read-only' // 7: the disk is full or read-only; nothing was changed
  | 'failed' // 2

/** What became of a command. */
export type CommandResult =
  | {
      readonly kind: 'done'
      /** The name it concerned, as given or as minted. */
      readonly handle: string
      /** Whether something came to be that was not there before. */
      readonly created: boolean
    }
  /** int4 count and encoded values. */
  | { readonly kind: 'values'; readonly handle: string; readonly block: Buffer }
  | {
      readonly kind: 'names'
      readonly names: readonly string[]
      /** All there are, whatever part was asked for; null where a listing goes on (`after`). */
      readonly totalCount: number | null
      /** Where to go on, or null at the end. */
      readonly next: IdentifierKey | null
    }
  /** Nothing was done: the door has to ask for a proof of identity first. */
  | { readonly kind: 'authentication-needed' }
  | {
      readonly kind: 'refused'
      readonly reason: CommandRefusal
      readonly message: string
      /** Indexes of the values that it is about. */
      readonly indexes: readonly number[]
    }
