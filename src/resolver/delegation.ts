import { prefixOfRecordKey } from '../identifier/homing.ts'
import type { KeptRecord } from '../cache/record-cache.ts'
import {
  type IdentifierKey, parentPrefix, prefixOfKey, prefixRecordKey,
} from '../identifier/identifier.ts'
import type { Failed, Referral } from '../record/outcome.ts'
import { decodeValues } from '../wire/values.ts'
import { selectValues } from '../wire/selection.ts'
import { PREFIX_DEPTH_MAX } from './limits.ts'

/** What is kept of a prefix record; its block is null when there is no such record. */
export type PrefixRecord = Pick<KeptRecord, 'block' | 'service' | 'derived'>

export interface DelegationParts {
  /** The record of a prefix as this node keeps it. */
  readonly recordOf: (key: IdentifierKey) => PrefixRecord | Failed
  /** Whether names directly under a prefix live here. */
  readonly isHomed: (prefix: string) => boolean
}

/** In a prefix record: the service that answers for the names under the prefix. */
const SERVICE_TYPES = ['HS_SERV']
/** In a prefix record: who answers for the prefixes derived from it; the last one is the oldest. */
const DERIVED_TYPES = ['HS_SITE.PREFIX', 'HS_SERV.PREFIX', 'HS_NA_DELEGATE']

/**
 * Says where else to ask for what does not live here (§9.5 Referral and recursion), from the
 * prefix records that do. A referral is encoded once for a record and kept with it.
 */
export class Delegations {
  readonly #parts: DelegationParts

  constructor(parts: DelegationParts) {
    this.#parts = parts
  }

  /**
   * The referral for a name that has no record here: to the service of its prefix (302), or to
   * whom the nearest prefix above has handed its derived prefixes (303).
   * @returns undefined when nothing is said here about where to ask
   */
  referralFor(key: IdentifierKey): Referral | Failed | undefined {
    const recordPrefix = prefixOfRecordKey(key)
    if (recordPrefix !== undefined) return this.#derivedReferral(recordPrefix)
    const prefix = prefixOfKey(key)
    const record = this.#parts.recordOf(prefixRecordKey(prefix))
    if ('kind' in record) return record
    // A prefix known here to the full: its own record says where its names are, or nobody does.
    if (record.block !== null) {
      if (record.service === undefined) record.service = serviceReferral(record.block)
      return record.service ?? undefined
    }
    return this.#derivedReferral(prefix)
  }

  #derivedReferral(prefix: string): Referral | Failed | undefined {
    const { recordOf, isHomed } = this.#parts
    let above = parentPrefix(prefix)
    for (let depth = 0; above !== undefined && depth < PREFIX_DEPTH_MAX; depth++) {
      // This node is whom the prefix above would name: there is no one further to ask.
      if (isHomed(above)) return undefined
      const record = recordOf(prefixRecordKey(above))
      if ('kind' in record) return record
      if (record.block !== null) {
        if (record.derived === undefined) record.derived = derivedReferral(record.block)
        if (record.derived !== null) return record.derived
      }
      above = parentPrefix(above)
    }
    return undefined
  }
}

function serviceReferral(block: Buffer): Referral | null {
  const { count, block: picked } = selectValues(block, null, SERVICE_TYPES, true, 0)
  if (count === 0) return null
  const handle = decodeValues(picked)[0]?.data.toString('utf8') ?? ''
  return handle === '' ? null : { kind: 'referral', to: 'service', handle, block: null }
}

/** The values say where to go, so the handle stays empty. */
function derivedReferral(block: Buffer): Referral | null {
  const { count, block: picked } = selectValues(block, null, DERIVED_TYPES, true, 0)
  return count === 0 ? null : { kind: 'referral', to: 'prefix', handle: '', block: picked }
}
