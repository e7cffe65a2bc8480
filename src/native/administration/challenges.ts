import type { Clock } from '../../lib/clock.ts'
import type { Command } from '../../record/command.ts'
import type { IdSource } from './id-source.ts'
import {
  CHALLENGE_BYTES_MAX, CHALLENGE_COUNT_MAX, CHALLENGE_TIMEOUT_MS, CHALLENGES_PER_CLIENT_MAX,
  CHALLENGES_PER_SESSION_MAX,
} from './limits.ts'
import type { NativeRequest } from './request.ts'

/** A request that waits until its sender has proven who they are. */
export interface Challenge {
  readonly request: NativeRequest
  readonly command: Command
  /** What the answer covers: nonce and request digest, one behind the other. */
  readonly covered: Buffer
}

interface Entry {
  readonly id: number
  readonly challenge: Challenge
  readonly client: string
  readonly expiresMs: number
}

/**
 * The challenges outstanding, bounded in number, bytes and time. Outside sessions each has an id
 * of its own; those of one session share the session's, since that is what an answer names.
 */
export class Challenges {
  readonly #clock: Clock
  readonly #ids: IdSource
  /** The oldest first. */
  readonly #entries = new Set<Entry>()
  readonly #byId = new Map<number, Entry[]>()
  readonly #countOf = new Map<string, number>()
  #heldBytes = 0

  constructor(ids: IdSource, clock: Clock) {
    this.#ids = ids
    this.#clock = clock
  }

  get size(): number {
    return this.#entries.size
  }

  /** Keeps a challenge. @returns the id to answer it by; undefined: too many are outstanding */
  add(challenge: Challenge, client: string): number | undefined {
    this.#dropExpired()
    const { session, bytes } = challenge.request
    const siblings = session === null ? [] : this.#byId.get(session.id) ?? []
    const oldest = siblings[0]
    if (oldest !== undefined && siblings.length >= CHALLENGES_PER_SESSION_MAX) this.#drop(oldest)
    const count = this.#countOf.get(client) ?? 0
    if (
      this.#entries.size >= CHALLENGE_COUNT_MAX || count >= CHALLENGES_PER_CLIENT_MAX ||
      this.#heldBytes + bytes.length > CHALLENGE_BYTES_MAX
    ) {
      return undefined
    }
    const id = session?.id ?? this.#ids.next()
    const expiresMs = this.#clock.elapsedMs() + CHALLENGE_TIMEOUT_MS
    const entry: Entry = { id, challenge, client, expiresMs }
    this.#entries.add(entry)
    this.#byId.set(id, [...this.#byId.get(id) ?? [], entry])
    this.#countOf.set(client, count + 1)
    this.#heldBytes += bytes.length
    return id
  }

  /** The challenges that an answer under this id may be to. */
  find(id: number): Challenge[] {
    this.#dropExpired()
    return (this.#byId.get(id) ?? []).map(({ challenge }) => challenge)
  }

  /**
   * Takes a challenge out once it was answered rightly. A wrong answer leaves it: else anyone
   * could spoil others' challenges, whose ids are easy to guess.
   * @returns false when another answer was first
   */
  take(id: number, challenge: Challenge): boolean {
    const entry = this.#byId.get(id)?.find((one) => one.challenge === challenge)
    if (entry === undefined) return false
    this.#drop(entry)
    return true
  }

  #dropExpired(): void {
    const nowMs = this.#clock.elapsedMs()
    for (const entry of this.#entries) {
      if (entry.expiresMs > nowMs) break
      this.#drop(entry)
    }
  }

  #drop(entry: Entry): void {
    const { id, client, challenge } = entry
    this.#entries.delete(entry)
    this.#heldBytes -= challenge.request.bytes.length
    const others = (this.#byId.get(id) ?? []).filter((one) => one !== entry)
    if (others.length === 0) this.#byId.delete(id)
    else this.#byId.set(id, others)
    const count = (this.#countOf.get(client) ?? 1) - 1
    if (count === 0) this.#countOf.delete(client)
    else this.#countOf.set(client, count)
  }
}
