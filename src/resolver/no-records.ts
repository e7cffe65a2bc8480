import { NOT_HOMED } from '../record/outcome.ts'
import type { OwnRecords } from './recursive-resolver.ts'

/** In place of records: for a walk without a node. */
export const NO_RECORDS: OwnRecords = {
  lookup: () => NOT_HOMED,
  peek: () => NOT_HOMED,
  markOf: () => undefined,
  markFor: (_key, freshUntilSeconds) => (
    { slot: 0, generation: 0, homedGeneration: 0, freshUntilSeconds }),
  holds: () => false,
  stands: () => true,
  isCurrent: () => true,
}
