import type { SiteBook } from '../client/upstream/site-book.ts'
import type { Target } from '../client/upstream/targets.ts'
import { type IdentifierKey, keyOf, parseIdentifier } from '../identifier/identifier.ts'
import { decodeValues } from '../wire/values.ts'
import { INDIRECTION_COUNT_MAX } from './limits.ts'
import type { RecordOf, WalkContext } from './walk.ts'
import { WalkError, walkErrorOfFailure } from './walk-error.ts'
import { type Direction, readDirection, readReferral } from './walk-sites.ts'

export interface WalkTargetsParts {
  readonly sites: SiteBook
  /** The record of a service, or of what an alias stands for. */
  readonly recordOf: (
    key: IdentifierKey, context: WalkContext,
  ) => RecordOf | Promise<RecordOf>
  readonly onRefusedAddress: () => void
}

/** At once, or when a record has been fetched. */
export type FoundTargets = readonly Target[] | Promise<readonly Target[]>

/** Whom to ask next: at once, unless the sites stand in a record that has to be fetched first. */
export class WalkTargets {
  readonly #parts: WalkTargetsParts

  constructor(parts: WalkTargetsParts) {
    this.#parts = parts
  }

  /** Who answers for the names under a prefix. @param block of the prefix's record */
  ofRecord(key: IdentifierKey, block: Buffer, context: WalkContext): FoundTargets {
    return this.#along(key, readDirection(decodeValues(block), this.#parts.sites), context)
  }

  /** Where a prefix referral leads. @param block its values */
  ofReferral(key: IdentifierKey, block: Buffer, context: WalkContext): FoundTargets {
    return this.#along(key, readReferral(decodeValues(block), this.#parts.sites), context)
  }

  /** The servers of a service, through services and aliases. @throws WalkError */
  async ofHandle(
    key: IdentifierKey, handle: string, context: WalkContext,
  ): Promise<readonly Target[]> {
    const { recordOf, sites } = this.#parts
    let direction: Direction = { sites: [], handle }
    for (let count = 0; direction.handle !== null; count++) {
      const identifier = parseIdentifier(direction.handle)
      if (identifier === undefined || count >= INDIRECTION_COUNT_MAX) {
        throw new WalkError('upstream', `the services of ${key} lead nowhere`)
      }
      const { block, outcome } = await recordOf(keyOf(identifier), context)
      if (block === null) {
        throw outcome.kind === 'failed'
          ? walkErrorOfFailure(outcome)
          : new WalkError('upstream', `the service ${identifier} does not exist`)
      }
      direction = readDirection(decodeValues(block), sites)
    }
    return this.#ofSites(key, direction)
  }

  #along(key: IdentifierKey, direction: Direction, context: WalkContext): FoundTargets {
    return direction.handle === null
      ? this.#ofSites(key, direction)
      : this.ofHandle(key, direction.handle, context)
  }

  #ofSites(key: IdentifierKey, direction: Direction): readonly Target[] {
    const { sites, onRefusedAddress } = this.#parts
    const { targets, refusedCount } = sites.targetsOf(direction.sites, key)
    for (let i = 0; i < refusedCount; i++) onRefusedAddress()
    if (targets.length > 0) return targets
    const why = refusedCount > 0 ? 'only addresses that may not be asked' : 'no server'
    throw new WalkError('upstream', `${key} has ${why}`)
  }
}
