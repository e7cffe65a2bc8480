import { setTimeout as delay } from 'node:timers/promises'
import { keyOf } from '../identifier/identifier.ts'
import type { Identity } from '../record/command.ts'
import type { HandleValue } from '../record/value.ts'
import { FETCH_TIMEOUT_MS } from './limits.ts'
import { keyTypeOf, type StoredKey } from './proofs.ts'
import { findValues, livesHere, type RecordView } from './record-view.ts'

/**
 * Reads a record that lives elsewhere, the values of some types: null when we know that there is
 * none, undefined when it could not be found out.
 */
export type FetchValues = (
  handle: string, types: readonly string[],
) => Promise<readonly HandleValue[] | null | undefined>

/** Where the keys and groups of identities are looked up: here, else where they live. */
export class IdentityKeys {
  readonly #view: RecordView
  readonly #fetchValues: FetchValues | null
  readonly #timeoutMs: number

  /** @param fetchValues null for a node that asks nobody else */
  constructor(
    view: RecordView, fetchValues: FetchValues | null, timeoutMs: number = FETCH_TIMEOUT_MS,
  ) {
    this.#view = view
    this.#fetchValues = fetchValues
    this.#timeoutMs = timeoutMs
  }

  /** Whether other nodes can be asked. */
  get asksOthers(): boolean {
    return this.#fetchValues !== null
  }

  /** The key that an identity names: null when there is none, undefined when unknown. */
  async findKey(identity: Identity): Promise<StoredKey | null | undefined> {
    const key = keyOf(identity.handle)
    const values = livesHere(this.#view, key)
      ? findValues(this.#view, key)
      : await this.fetch(identity.handle, ['HS_PUBKEY', 'HS_SECKEY'])
    if (values === null || values === undefined) return values
    const value = values.find(({ index }) => index === identity.index)
    const type = value === undefined ? undefined : keyTypeOf(value.type)
    return value === undefined || type === undefined ? null : { type, data: value.data }
  }

  /** A record elsewhere; undefined when its home can't be asked, or not in time. */
  async fetch(
    handle: string, types: readonly string[],
  ): Promise<readonly HandleValue[] | null | undefined> {
    if (this.#fetchValues === null) return undefined
    const late = new AbortController()
    try {
      return await Promise.race([
        this.#fetchValues(handle, types),
        delay(this.#timeoutMs, undefined, { signal: late.signal }),
      ])
    } catch {
      return undefined
    } finally {
      late.abort()
    }
  }
}
