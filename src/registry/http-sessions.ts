import type { Clock } from '../lib/clock.ts'
import { randomName, randomNonce } from '../lib/random.ts'
import { TokenBuckets } from '../lib/token-buckets.ts'
import type { Identity } from '../record/command.ts'
import type { Origin } from './administration.ts'
import { clientOf } from './authenticator.ts'
import {
  CLIENTS_REMEMBERED_MAX, HTTP_SESSION_TIMEOUT_MS, HTTP_SESSIONS_MAX, NONCE_BYTES,
  SESSION_OPENINGS_MAX, SESSION_OPENINGS_PER_SECOND, UNPROVEN_SESSION_TIMEOUT_MS,
} from './limits.ts'

/** A session of an HTTP client (§10.6). */
export interface HttpSession {
  readonly sessionId: string
  readonly nonce: Buffer
  readonly authenticated: Identity | null
}

interface Entry {
  session: HttpSession
  expiresMs: number
}

/** The sessions of HTTP clients, bounded in number and time. */
export class HttpSessions {
  readonly #clock: Clock
  readonly #openings: TokenBuckets
  /** The one used longest ago first. */
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#openings = new TokenBuckets({
      capacity: SESSION_OPENINGS_MAX,
      perSecond: SESSION_OPENINGS_PER_SECOND,
      keyCountMax: CLIENTS_REMEMBERED_MAX,
    }, clock)
  }

  get size(): number {
    return this.#entries.size
  }

  /** Opens a session that nobody has proven anything to; undefined when there are too many. */
  open(origin: Origin): HttpSession | undefined {
    if (!this.#openings.take(clientOf(origin.address))) return undefined
    this.#dropExpired()
    if (this.#entries.size >= HTTP_SESSIONS_MAX) return undefined
    const session = {
      sessionId: randomName(), nonce: randomNonce(NONCE_BYTES), authenticated: null,
    }
    this.#put(session, UNPROVEN_SESSION_TIMEOUT_MS)
    return session
  }

  /** A session that has not expired; being looked for keeps a proven one alive. */
  find(sessionId: string): HttpSession | undefined {
    const entry = this.#entries.get(sessionId)
    if (entry === undefined) return undefined
    if (entry.expiresMs <= this.#clock.elapsedMs()) {
      this.#entries.delete(sessionId)
      return undefined
    }
    if (entry.session.authenticated !== null) this.#put(entry.session, HTTP_SESSION_TIMEOUT_MS)
    return entry.session
  }

  /** Remembers who a session's client has proven to be. */
  prove(session: HttpSession, identity: Identity): HttpSession {
    const proven = { ...session, authenticated: identity }
    this.#put(proven, HTTP_SESSION_TIMEOUT_MS)
    return proven
  }

  close(sessionId: string): void {
    this.#entries.delete(sessionId)
  }

  #put(session: HttpSession, lifeMs: number): void {
    this.#entries.delete(session.sessionId)
    const expiresMs = this.#clock.elapsedMs() + lifeMs
    this.#entries.set(session.sessionId, { session, expiresMs })
  }

  #dropExpired(): void {
    const nowMs = this.#clock.elapsedMs()
    if (this.#entries.size < HTTP_SESSIONS_MAX) return
    for (const [id, { expiresMs }] of this.#entries) {
      if (expiresMs <= nowMs) this.#entries.delete(id)
    }
  }
}
