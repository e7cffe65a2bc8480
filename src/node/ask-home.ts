import { askVerification } from '../client/admin/verification.ts'
import { ExchangeError } from '../client/exchange.ts'
import { ATTEMPT_COUNT_MAX } from '../client/limits.ts'
import { keyOf } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import type { AskHome } from '../registry/identity-keys.ts'
import { FETCH_TIMEOUT_MS, NONCE_BYTES } from '../registry/limits.ts'
import type { RecursiveResolver } from '../resolver/recursive-resolver.ts'

/**
 * Asks the home of a secret key whether an answer was made with it (opcode 201): it is found as
 * any identifier is, from the root down. Nobody else is believed, and one whose home does not
 * answer in time stays unknown.
 */
export function createAskHome(
  resolver: Pick<RecursiveResolver, 'findHome'>, clock: Clock,
): AskHome {
  return async (identity, challenge, answer) => {
    const deadlineMs = clock.elapsedMs() + FETCH_TIMEOUT_MS
    const home = await resolver.findHome(keyOf(identity.handle), deadlineMs)
    if (home === undefined) return undefined
    // There is no such identity.
    if (home === null) return false
    const question = {
      kind: 'verify-challenge',
      userHandle: identity.handle,
      userIndex: identity.index,
      nonce: challenge.subarray(0, NONCE_BYTES),
      requestDigest: challenge.subarray(NONCE_BYTES),
      answer,
    } as const
    const servers = home.slice(0, ATTEMPT_COUNT_MAX)
    for (const [i, server] of servers.entries()) {
      // A silent server leaves time for those behind it.
      const timeoutMs = (deadlineMs - clock.elapsedMs()) / (servers.length - i)
      if (timeoutMs <= 0) return undefined
      try {
        return await askVerification(server, question, timeoutMs)
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error
      }
    }
    return undefined
  }
}
