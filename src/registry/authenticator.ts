import ipaddr from 'ipaddr.js'
import type { Clock } from '../lib/clock.ts'
import { randomNonce } from '../lib/random.ts'
import { TokenBuckets } from '../lib/token-buckets.ts'
import type { Identity } from '../record/command.ts'
import { refuse, type Refused } from '../record/rules.ts'
import type { Origin } from './administration.ts'
import type { IdentityKeys } from './identity-keys.ts'
import {
  AUTHENTICATION_FAILURES_MAX, AUTHENTICATION_FAILURES_PER_SECOND, CLIENTS_REMEMBERED_MAX,
  PROOF_CHECKS_MAX,
} from './limits.ts'
import type { KeyType, ProofKey, Rightness, StoredKey } from './proofs.ts'

const TOO_MANY_FAILURES = refuse('busy', 'Too many failed authentications; try again later')
const TOO_MANY_CHECKS = refuse('busy', 'Too many authentications are under way; try again')
const UNREACHABLE = refuse(
  'authentication-error', 'The key of this administrator could not be looked up')
const NO_KEY = refuse('invalid-administrator', 'This administrator has no such key')
const WRONG = refuse('authentication-failed', 'The proof of identity is wrong')

/** Finds out who someone is, and keeps those who guess from guessing on. */
export class Authenticator {
  readonly #keys: IdentityKeys
  readonly #failures: TokenBuckets
  /** What answers for an identity that does not exist are checked against, for equal work. */
  readonly #decoy: Readonly<Record<KeyType, StoredKey>>
  #checkCount = 0

  constructor(keys: IdentityKeys, clock: Clock) {
    this.#keys = keys
    this.#failures = new TokenBuckets({
      capacity: AUTHENTICATION_FAILURES_MAX,
      perSecond: AUTHENTICATION_FAILURES_PER_SECOND,
      keyCountMax: CLIENTS_REMEMBERED_MAX,
    }, clock)
    const data = randomNonce(32)
    this.#decoy = {
      HS_SECKEY: { type: 'HS_SECKEY', data }, HS_PUBKEY: { type: 'HS_PUBKEY', data },
    }
  }

  /**
   * Checks a proof against the key that an identity names. A failure counts against the client.
   * @param type the kind of key that the proof needs; one of another kind is no key for it
   * @returns undefined when the proof is right
   */
  async refusalOf(
    identity: Identity,
    type: KeyType | 'any',
    isRight: (key: ProofKey) => Rightness | Promise<Rightness>,
    origin: Origin,
  ): Promise<Refused | undefined> {
    if (this.#checkCount >= PROOF_CHECKS_MAX) return TOO_MANY_CHECKS
    const client = clientOf(origin.address)
    // Taken before it is known whether it fails, so that many at once are no way around it.
    if (!this.#failures.take(client)) return TOO_MANY_FAILURES
    this.#checkCount++
    try {
      const key = await this.#keys.findKey(identity, type)
      if (key === undefined) return UNREACHABLE
      const fitting = type === 'any' || key?.type === type ? (key ?? undefined) : undefined
      const right = await isRight(fitting ?? this.#decoy[type === 'any' ? 'HS_SECKEY' : type])
      if (fitting === undefined) return NO_KEY
      if (right === undefined) return UNREACHABLE
      if (!right) return WRONG
      this.#failures.giveBack(client)
      return undefined
    } finally {
      this.#checkCount--
    }
  }
}

/** Whom an address stands for: itself, or with IPv6 the network that one customer is given. */
export function clientOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return parsed.toByteArray().slice(0, 8).join('.')
}
