import type { IdentifierKey } from '../identifier/identifier.ts'
import type { DeskStore } from './desk/desk-store.ts'

/**
 * The name whose generation counter stands for the set of homed prefixes: bumped when one is
 * homed or unhomed. No record can have it, since an identifier is never empty.
 */
export const HOMED_GENERATION = ''

/**
 * The name whose generation counter moves with every commit, before those of the names in it: who
 * sees one of those moved sees this one moved too. No record can have it either.
 */
export const COMMIT_GENERATION = '/'

/** A record as it is kept: its values stay encoded. */
export interface StoredRecord {
  /** The spelling of the first registration. */
  readonly name: string
  /** int4 count, then the values, encoded as on the wire. */
  readonly block: Buffer
}

/** One change: a whole record put in place or taken away, or a prefix homed or unhomed. */
export type Change =
  | {
      readonly operation: 'put'
      readonly key: IdentifierKey
      readonly name: string
      readonly block: Buffer
    }
  | { readonly operation: 'delete'; readonly key: IdentifierKey; readonly name: string }
  | { readonly operation: 'home' | 'unhome'; readonly prefix: string }

/** Who made a batch of changes, and when: written to the change log with each. */
export interface ChangeOrigin {
  readonly actor: string
  readonly timeMs: number
}

/** Changes made together on one actor's behalf. */
export interface ChangeGroup {
  readonly changes: readonly Change[]
  readonly actor: string
}

/** The disk did not take a change: it is full or can't be written. Nothing was changed. */
export class StoreWriteError extends Error {
  override readonly name = 'StoreWriteError'
}

/** Read access to the records; every thread has one of its own. */
export interface ReadStore {
  /** The record under a key, or undefined. Synchronous. */
  findRecord(key: IdentifierKey): StoredRecord | undefined
  /** Only the encoded values under a key, or undefined. Synchronous; the hot path. */
  findBlock(key: IdentifierKey): Buffer | undefined
  /** All homed prefixes, folded, sorted. */
  loadHomedPrefixes(): string[]
  /** Whether names under a prefix (folded) live here. */
  isHomed(prefix: string): boolean
  countRecords(): number
  /**
   * Keys under a prefix (folded), in order, those after `after` or from the beginning.
   * @param after a key, or null
   */
  findKeys(prefix: string, after: IdentifierKey | null, countMax: number): IdentifierKey[]
  /** All records in key order, read as a stream, optionally those below one prefix. */
  records(prefix?: string): IterableIterator<StoredRecord & { key: IdentifierKey }>
  close(): void
}

/** What resolving reads. */
export type LookupStore = Pick<ReadStore, 'findBlock' | 'loadHomedPrefixes'>

/** Read and write access; one per data folder, in the writer. */
export interface Store extends ReadStore {
  /** The first key of all at or after one, in the order of their UTF-8. */
  findKeyFrom(key: IdentifierKey): IdentifierKey | undefined
  /**
   * Writes all changes in one transaction with one fsync; either all are there or none.
   * @throws StoreWriteError
   */
  commit(changes: readonly Change[], origin: ChangeOrigin): void
  /**
   * Runs `work`, whose reads all see the records of one moment, and cost far less than alone: a
   * read by itself takes and gives back a lock of the file each time.
   */
  readTogether<T>(work: () => T): T
  /** Like `commit`, for changes on several actors' behalf. @throws StoreWriteError */
  commitGroups(groups: readonly ChangeGroup[], timeMs: number): void
  /**
   * Runs `work` in one transaction with one fsync: what it writes to the desk's tables and the
   * changes it hands to `write` are all there or none. It may not wait for anything.
   */
  transact<T>(origin: ChangeOrigin, work: (write: ChangeWriter) => T): T
  /** The registration desk's tables. */
  readonly desk: DeskStore
}

/** Takes changes into the transaction that is going on. */
export type ChangeWriter = (changes: readonly Change[]) => void
