import type { Database, Statement } from 'better-sqlite3'

export interface KeyRow {
  readonly id: string
  readonly organisation: string
  /** SHA-256 of the key: the key itself is kept nowhere. */
  readonly hash: Buffer
  readonly expiresMs: number | null
  readonly revokedMs: number | null
  readonly createdMs: number
  /** JSON. */
  readonly body: string
}

const COLUMNS = `id, organisation, hash, expires_ms AS expiresMs, revoked_ms AS revokedMs,
  created_ms AS createdMs, body`

/** API keys. */
export class Keys {
  readonly #insert: Statement<[KeyRow]>
  readonly #revoke: Statement<[number, string]>
  readonly #find: Statement<[string], KeyRow>
  readonly #findByHash: Statement<[Buffer], KeyRow>
  readonly #list: Statement<[string, string, number], KeyRow>

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO desk_keys VALUES
       (@id, @organisation, @hash, @expiresMs, @revokedMs, @createdMs, @body)`)
    this.#revoke = database.prepare(
      'UPDATE desk_keys SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL')
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM desk_keys WHERE id = ?`)
    this.#findByHash = database.prepare(`SELECT ${COLUMNS} FROM desk_keys WHERE hash = ?`)
    this.#list = database.prepare(
      `SELECT ${COLUMNS} FROM desk_keys WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?`)
  }

  insert(row: KeyRow): void {
    this.#insert.run(row)
  }

  revoke(id: string, nowMs: number): void {
    this.#revoke.run(nowMs, id)
  }

  find(id: string): KeyRow | undefined {
    return this.#find.get(id)
  }

  findByHash(hash: Buffer): KeyRow | undefined {
    return this.#findByHash.get(hash)
  }

  list(organisation: string, after: string, countMax: number): KeyRow[] {
    return this.#list.all(organisation, after, countMax)
  }
}
