import type { Clock } from '../../lib/clock.ts'
import { TokenBuckets } from '../../lib/token-buckets.ts'
import type { Identity } from '../../record/command.ts'
import type { SessionKeys } from '../../wire/encryption.ts'
import { CounterWindow } from './counter-window.ts'
import type { IdSource } from './id-source.ts'
import {
  CLIENTS_REMEMBERED_MAX, SESSION_COUNT_MAX, SESSION_OPENINGS_MAX, SESSION_OPENINGS_PER_SECOND,
  SESSION_TIMEOUT_MS_MAX, UNPROVEN_SESSION_TIMEOUT_MS,
} from './limits.ts'

/** A native session (§5.5 Sessions): a common key, and who the other side has proven to be. */
export interface NativeSession {
  readonly id: number
  readonly keys: SessionKeys
  readonly counters: CounterWindow
  /** How long it lives once someone has proven who they are. */
  readonly lifeMs: number
  expiresMs: number
  /** Null until a challenge has been answered in it. */
  identity: Identity | null
}

/** The native sessions, bounded in number and time. */
export class NativeSessions {
  readonly #clock: Clock
  readonly #ids: IdSource
  readonly #openings: TokenBuckets
  readonly #sessions = new Map<number, NativeSession>()

  constructor(ids: IdSource, clock: Clock) {
    this.#ids = ids
    this.#clock = clock
    this.#openings = new TokenBuckets({
      capacity: SESSION_OPENINGS_MAX,
      perSecond: SESSION_OPENINGS_PER_SECOND,
      keyCountMax: CLIENTS_REMEMBERED_MAX,
    }, clock)
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Whether a client may open one more; asked before the work of agreeing on a key. */
  hasRoomFor(client: string): boolean {
    if (!this.#openings.take(client)) return false
    if (this.#sessions.size < SESSION_COUNT_MAX) return true
    this.#dropExpired()
    return this.#sessions.size < SESSION_COUNT_MAX
  }

  /** @param timeoutSeconds how long the client would like it to live */
  open(keys: SessionKeys, timeoutSeconds: number): NativeSession {
    const lifeMs = Math.min(timeoutSeconds * 1000, SESSION_TIMEOUT_MS_MAX)
    const expiresMs = this.#clock.elapsedMs() + Math.min(lifeMs, UNPROVEN_SESSION_TIMEOUT_MS)
    const session: NativeSession = {
      id: this.#ids.next(), keys, counters: new CounterWindow(), lifeMs, expiresMs,
      identity: null,
    }
    this.#sessions.set(session.id, session)
    return session
  }

  find(id: number): NativeSession | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined || session.expiresMs > this.#clock.elapsedMs()) return session
    this.#sessions.delete(id)
    return undefined
  }

  /** Remembers who has answered a challenge in a session; from then on it has its whole life. */
  prove(session: NativeSession, identity: Identity): void {
    session.identity = identity
    session.expiresMs = this.#clock.elapsedMs() + session.lifeMs
  }

  close(session: NativeSession): void {
    this.#sessions.delete(session.id)
  }

  #dropExpired(): void {
    const nowMs = this.#clock.elapsedMs()
    for (const [id, { expiresMs }] of this.#sessions) {
      if (expiresMs <= nowMs) this.#sessions.delete(id)
    }
  }
}
