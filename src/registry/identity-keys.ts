import { setTimeout as delay } from 'node:timers/promises'
import { keyOf } from '../identifier/identifier.ts'
import type { Identity } from '../record/command.ts'
import type { HandleValue } from '../record/value.ts'
import { FETCH_TIMEOUT_MS } from './limits.ts'
import { type KeyType, keyTypeOf, type ProofKey, type Rightness } from './proofs.ts'
import { livesHere, type RecordView } from './record-view.ts'

/**
 * Reads a record that lives elsewhere, the values of some types: null when we know that there is
 * none, undefined when it could not be found out.
 */
export type FetchValues = (
  handle: string, types: readonly string[],
) => Promise<readonly HandleValue[] | null | undefined>

/** Asks where an identity's secret key lives whether an answer was made with it (opcode 201). */
export type AskHome = (
  identity: Identity, challenge: Buffer, answer: Buffer,
) => Promise<Rightness>

/** How other nodes are asked. */
export interface Elsewhere {
  readonly fetchValues: FetchValues
  readonly askHome: AskHome
}

/** Where the keys and groups of identities are looked up: here, else where they live. */
export class IdentityKeys {
  readonly #view: RecordView
  readonly #elsewhere: Elsewhere | null
  readonly #timeoutMs: number

  /** @param elsewhere null for a node that asks nobody else */
  constructor(
    view: RecordView, elsewhere: Elsewhere | null, timeoutMs: number = FETCH_TIMEOUT_MS,
  ) {
    this.#view = view
    this.#elsewhere = elsewhere
    this.#timeoutMs = timeoutMs
  }

  /** Whether other nodes can be asked. */
  get asksOthers(): boolean {
    return this.#elsewhere !== null
  }

  /**
   * The key that an identity names: null when there is none, undefined when unknown. Of a secret
   * key elsewhere it is not known before it is asked there whether it exists.
   * @param wanted the kind of key that a proof needs
   */
  async findKey(
    identity: Identity, wanted: KeyType | 'any',
  ): Promise<ProofKey | null | undefined> {
    const key = keyOf(identity.handle)
    const here = livesHere(this.#view, key)
    if (!here && wanted === 'HS_SECKEY') return this.#distantKey(identity)
    const values = here
      ? this.#view.findValues(key)
      : await this.fetch(identity.handle, ['HS_PUBKEY'])
    if (values === null || values === undefined) return values
    const value = values.find(({ index }) => index === identity.index)
    const type = value === undefined ? undefined : keyTypeOf(value.type)
    return value === undefined || type === undefined ? null : { type, data: value.data }
  }

  /** A record elsewhere; undefined when its home can't be asked, or not in time. */
  async fetch(
    handle: string, types: readonly string[],
  ): Promise<readonly HandleValue[] | null | undefined> {
    return this.#inTime(this.#elsewhere?.fetchValues(handle, types))
  }

  #distantKey(identity: Identity): ProofKey | undefined {
    const elsewhere = this.#elsewhere
    if (elsewhere === null) return undefined
    return {
      type: 'HS_SECKEY',
      ask: (challenge, answer) => this.#inTime(elsewhere.askHome(identity, challenge, answer)),
    }
  }

  /** What other nodes say; undefined when nobody is asked, or nobody says it in time. */
  async #inTime<T>(asked: Promise<T> | undefined): Promise<T | undefined> {
    if (asked === undefined) return undefined
    const late = new AbortController()
    try {
      return await Promise.race([
        asked, delay(this.#timeoutMs, undefined, { signal: late.signal }),
      ])
    } catch {
      return undefined
    } finally {
      late.abort()
    }
  }
}
