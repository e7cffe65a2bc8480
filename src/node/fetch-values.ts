import { foldAscii, keyOf } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { FetchValues } from '../registry/identity-keys.ts'
import { FETCH_TIMEOUT_MS } from '../registry/limits.ts'
import { USUAL_QUERY } from '../resolver/query.ts'
import type { Resolving } from '../resolver/resolving.ts'
import { decodeValues } from '../wire/values.ts'

/**
 * Reads the keys and groups of identities that live elsewhere as a client would: their public
 * values, from whoever answers for them. A secret key is never public: see `ask-home`.
 */
export function createFetchValues(
  resolver: Pick<Resolving, 'recurse'>, clock: Clock,
): FetchValues {
  return async (handle, types) => {
    const query = { ...USUAL_QUERY, key: keyOf(handle), types: types.map(foldAscii) }
    const outcome = await resolver.recurse(query, clock.elapsedMs() + FETCH_TIMEOUT_MS)
    switch (outcome.kind) {
      case 'found':
        return decodeValues(outcome.block)
      case 'absent':
      case 'no-values':
        return null
      case 'restricted':
      case 'referral':
      case 'not-homed':
      case 'failed':
        return undefined
    }
  }
}
