import type { Database, Statement } from 'better-sqlite3'

export interface StoredReply {
  readonly requestHash: Buffer
  /** JSON. */
  readonly reply: string
}

/** What callers may use, what they have used, and answers kept for those who ask again. */
export class Usage {
  readonly #findReply: Statement<[string, string, number], StoredReply>
  readonly #saveReply: Statement<[string, string, Buffer, string, number]>
  readonly #dropReplies: Statement<[number]>
  readonly #findQuota: Statement<[string], string>
  readonly #saveQuota: Statement<[string, string]>
  readonly #requests: Statement<[string, number], number>
  readonly #saveRequests: Statement<[string, number, number]>
  readonly #countIdentifiers: Statement<[string], number>
  readonly #addIdentifiers: Statement<[{ prefix: string; organisation: string; count: number }]>

  constructor(database: Database) {
    this.#findReply = database.prepare(
      `SELECT request_hash AS requestHash, reply FROM desk_replies
       WHERE caller = ? AND idempotency_key = ? AND expires_ms > ?`)
    this.#saveReply = database.prepare(
      'INSERT OR REPLACE INTO desk_replies VALUES (?, ?, ?, ?, ?)')
    this.#dropReplies = database.prepare('DELETE FROM desk_replies WHERE expires_ms <= ?')
    this.#findQuota = database.prepare<[string], string>(
      'SELECT body FROM desk_quotas WHERE holder = ?').pluck()
    this.#saveQuota = database.prepare('INSERT OR REPLACE INTO desk_quotas VALUES (?, ?)')
    this.#requests = database.prepare<[string, number], number>(
      'SELECT requests FROM desk_usage WHERE holder = ? AND day = ?').pluck()
    this.#saveRequests = database.prepare('INSERT OR REPLACE INTO desk_usage VALUES (?, ?, ?)')
    this.#countIdentifiers = database.prepare<[string], number>(
      'SELECT coalesce(sum(count), 0) FROM desk_identifier_counts WHERE organisation = ?').pluck()
    this.#addIdentifiers = database.prepare(
      `INSERT INTO desk_identifier_counts VALUES (@prefix, @organisation, max(0, @count))
       ON CONFLICT (prefix) DO UPDATE SET count = max(0, count + @count)`)
  }

  findReply(caller: string, idempotencyKey: string, nowMs: number): StoredReply | undefined {
    return this.#findReply.get(caller, idempotencyKey, nowMs)
  }

  saveReply(
    caller: string, idempotencyKey: string, stored: StoredReply, expiresMs: number, nowMs: number,
  ): void {
    this.#dropReplies.run(nowMs)
    this.#saveReply.run(caller, idempotencyKey, stored.requestHash, stored.reply, expiresMs)
  }

  /** The quota of an organisation or a key, as JSON. */
  findQuota(holder: string): string | undefined {
    return this.#findQuota.get(holder)
  }

  saveQuota(holder: string, body: string): void {
    this.#saveQuota.run(holder, body)
  }

  requestsOn(holder: string, day: number): number {
    return this.#requests.get(holder, day) ?? 0
  }

  saveRequests(holder: string, day: number, requests: number): void {
    this.#saveRequests.run(holder, day, requests)
  }

  /** Identifiers that an organisation has registered, over all its prefixes. */
  countIdentifiers(organisation: string): number {
    return this.#countIdentifiers.get(organisation) ?? 0
  }

  /** Counts up or down; never below nothing, though records come and go by other doors too. */
  addIdentifiers(prefix: string, organisation: string, count: number): void {
    this.#addIdentifiers.run({ prefix, organisation, count })
  }
}
