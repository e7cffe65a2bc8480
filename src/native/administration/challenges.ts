import type { Clock } from '../../lib/clock.ts'
import type { Command } from '../../record/command.ts'
import type { IdSource } from './id-source.ts'
import {
  CHALLENGE_BYTES_MAX, CHALLENGE_COUNT_MAX, CHALLENGE_TIMEOUT_MS, CHALLENGES_PER_CLIENT_MAX,
} from './limits.ts'
import type { NativeRequest } from './request.ts'

/** A request that waits until its sender has proven who they are. */
export interface Challenge {
  readonly request: NativeRequest
  readonly command: Command
  /** What the answer covers: nonce and request digest, one behind the other. */
  readonly covered: Buffer
  /** Milliseconds on the clock that never goes back. */
  readonly expiresMs: number
}

interface Entry {
  readonly challenge: Challenge
  readonly client: string
}

/** The challenges outstanding outside sessions, bounded in number, bytes and time. */
export class Challenges {
  readonly #clock: Clock
  readonly #ids: IdSource
  /** The oldest first. */
  readonly #entries = new Map<number, Entry>()
  readonly #countOf = new Map<string, number>()
  #heldBytes = 0

  constructor(ids: IdSource, clock: Clock) {
    this.#ids = ids
    this.#clock = clock
  }

  get size(): number {
    return this.#entries.size
  }

  /** A challenge as it is kept, here or in a session. */
  create(request: NativeRequest, command: Command, covered: Buffer): Challenge {
    const expiresMs = this.#clock.elapsedMs() + CHALLENGE_TIMEOUT_MS
    return { request, command, covered, expiresMs }
  }

  /** Keeps a challenge. @returns its id, or undefined when too many are outstanding */
  add(challenge: Challenge, client: string): number | undefined {
    this.#dropExpired()
    const count = this.#countOf.get(client) ?? 0
    const bytes = challenge.request.bytes.length
    if (
      this.#entries.size >= CHALLENGE_COUNT_MAX || count >= CHALLENGES_PER_CLIENT_MAX ||
      this.#heldBytes + bytes > CHALLENGE_BYTES_MAX
    ) {
      return undefined
    }
    const id = this.#ids.next()
    this.#entries.set(id, { challenge, client })
    this.#countOf.set(client, count + 1)
    this.#heldBytes += bytes
    return id
  }

  /** Takes a challenge out: it can be answered once, rightly or wrongly. */
  take(id: number): Challenge | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    this.#remove(id, entry)
    return this.isGood(entry.challenge) ? entry.challenge : undefined
  }

  /** Whether a challenge may still be answered. */
  isGood(challenge: Challenge): boolean {
    return challenge.expiresMs > this.#clock.elapsedMs()
  }

  #dropExpired(): void {
    for (const [id, entry] of this.#entries) {
      if (this.isGood(entry.challenge)) break
      this.#remove(id, entry)
    }
  }

  #remove(id: number, { challenge, client }: Entry): void {
    this.#entries.delete(id)
    this.#heldBytes -= challenge.request.bytes.length
    const count = (this.#countOf.get(client) ?? 1) - 1
    if (count === 0) this.#countOf.delete(client)
    else this.#countOf.set(client, count)
  }
}
