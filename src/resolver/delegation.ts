import { prefixOfRecordKey } from '../identifier/homing.ts'
import {
  type IdentifierKey, parentPrefix, prefixOfKey, prefixRecordKey,
} from '../identifier/identifier.ts'
import type { Failed, Referral } from '../record/outcome.ts'
import { decodeValues } from '../wire/values.ts'
import { selectValues } from '../wire/selection.ts'
import { PREFIX_DEPTH_MAX } from './limits.ts'

/** What is kept of a prefix record: its encoded values, or null when there is no such record. */
export interface PrefixRecord {
  readonly block: Buffer | null
}

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
 * prefix records that do. A referral is encoded once for a record and kept as long as its block.
 */
export class Delegations {
  readonly #parts: DelegationParts
  readonly #services = new WeakMap<Buffer, Referral | 'none'>()
  readonly #derived = new WeakMap<Buffer, Referral | 'none'>()

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
    if (record.block !== null) return remembered(this.#services, record.block, serviceReferral)
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
        const referral = remembered(this.#derived, record.block, derivedReferral)
        if (referral !== undefined) return referral
      }
      above = parentPrefix(above)
    }
    return undefined
  }
}

function remembered(
  memory: WeakMap<Buffer, Referral | 'none'>,
  block: Buffer,
  make: (block: Buffer) => Referral | undefined,
): Referral | undefined {
  const known = memory.get(block)
  if (known !== undefined) return known === 'none' ? undefined : known
  const made = make(block)
  memory.set(block, made ?? 'none')
  return made
}

function serviceReferral(block: Buffer): Referral | undefined {
  const { count, block: picked } = selectValues(block, null, SERVICE_TYPES, true, 0)
  if (count === 0) return undefined
  const handle = decodeValues(picked)[0]?.data.toString('utf8') ?? ''
  return handle === '' ? undefined : { kind: 'referral', to: 'service', handle, block: null }
}

/** The values say where to go, so the handle stays empty. */
function derivedReferral(block: Buffer): Referral | undefined {
  const { count, block: picked } = selectValues(block, null, DERIVED_TYPES, true, 0)
  return count === 0 ? undefined : { kind: 'referral', to: 'prefix', handle: '', block: picked }
}
