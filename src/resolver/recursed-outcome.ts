import type { Outcome } from '../record/outcome.ts'
import { selectValues } from '../wire/selection.ts'
import { decodeValues } from '../wire/values.ts'
import { NO_VALUES_THERE } from './cache-rules.ts'
import type { QueryTerms } from './query.ts'
import type { RecordOf } from './walk.ts'
import { readAlias } from './walk-sites.ts'

/** What of another node's record answers a question. Only public values were ever fetched. */
export function selectOutcome(record: RecordOf, terms: QueryTerms): Outcome {
  const { block, outcome } = record
  const { indexes, types } = terms
  if ((indexes === null && types === null) || block === null || outcome.kind !== 'found') {
    return outcome
  }
  // The record's own lifetime counts, whatever part of it is asked for: it was fetched whole.
  const { count, block: picked } = selectValues(block, indexes, types, true, 0)
  return count === 0 ? NO_VALUES_THERE : { ...outcome, block: picked }
}

/**
 * The name to look under instead: an alias is followed where the record itself has nothing of
 * what was asked for. Who asks for everything gets the alias as it is, and follows it as the
 * protocol has it.
 */
export function aliasOf(record: RecordOf, outcome: Outcome): string | null {
  if (outcome.kind !== 'no-values' || record.block === null) return null
  return readAlias(decodeValues(record.block))
}
