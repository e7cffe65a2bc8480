import type { Database, Statement } from 'better-sqlite3'

export interface UserRow {
  readonly id: string
  readonly organisation: string
  readonly userName: string
  readonly role: string
  readonly passwordHash: string
  readonly disabled: 0 | 1
  /** Wrong passwords since the last right one. */
  readonly wrongCount: number
  readonly lockedUntilMs: number
  readonly version: number
  readonly createdMs: number
  /** JSON. */
  readonly body: string
}

const COLUMNS = `id, organisation, user_name AS userName, role, password_hash AS passwordHash,
  disabled, wrong_count AS wrongCount, locked_until_ms AS lockedUntilMs, version,
  created_ms AS createdMs, body`

/** Users and their log-ins. */
export class Users {
  readonly #insert: Statement<[UserRow]>
  readonly #update: Statement<[UserRow]>
  readonly #find: Statement<[string], UserRow>
  readonly #findByName: Statement<[string], UserRow>
  readonly #list: Statement<[string, string, number], UserRow>
  readonly #countAdministrators: Statement<[string], number>
  readonly #countGuess: Statement<[number, number, string]>
  readonly #open: Statement<[Buffer, string, number]>
  readonly #findSession: Statement<[Buffer], { user: string; expiresMs: number }>
  readonly #closeOf: Statement<[string]>
  readonly #closeExpired: Statement<[number]>

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO desk_users VALUES (@id, @organisation, @userName, @role, @passwordHash,
       @disabled, @wrongCount, @lockedUntilMs, @version, @createdMs, @body)`)
    this.#update = database.prepare(
      `UPDATE desk_users SET organisation = @organisation, role = @role,
       password_hash = @passwordHash, disabled = @disabled, wrong_count = @wrongCount,
       locked_until_ms = @lockedUntilMs, version = @version,
       body = @body WHERE id = @id`)
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM desk_users WHERE id = ?`)
    this.#findByName = database.prepare(`SELECT ${COLUMNS} FROM desk_users WHERE user_name = ?`)
    this.#list = database.prepare(
      `SELECT ${COLUMNS} FROM desk_users WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?`)
    this.#countAdministrators = database.prepare<[string], number>(
      `SELECT count(*) FROM desk_users
       WHERE organisation = ? AND role = 'administrator' AND disabled = 0`).pluck()
    this.#countGuess = database.prepare(
      'UPDATE desk_users SET wrong_count = ?, locked_until_ms = ? WHERE id = ?')
    this.#open = database.prepare('INSERT INTO desk_sessions VALUES (?, ?, ?)')
    this.#findSession = database.prepare(
      'SELECT user, expires_ms AS expiresMs FROM desk_sessions WHERE hash = ?')
    this.#closeOf = database.prepare('DELETE FROM desk_sessions WHERE user = ?')
    this.#closeExpired = database.prepare('DELETE FROM desk_sessions WHERE expires_ms <= ?')
  }

  insert(row: UserRow): void {
    this.#insert.run(row)
  }

  update(row: UserRow): void {
    this.#update.run(row)
  }

  find(id: string): UserRow | undefined {
    return this.#find.get(id)
  }

  findByName(userName: string): UserRow | undefined {
    return this.#findByName.get(userName)
  }

  list(organisation: string, after: string, countMax: number): UserRow[] {
    return this.#list.all(organisation, after, countMax)
  }

  /** How many can let others into an organisation. */
  countAdministrators(organisation: string): number {
    return this.#countAdministrators.get(organisation) ?? 0
  }

  /** Notes how often a password was wrong, and until when no other is looked at. */
  saveGuesses(id: string, wrongCount: number, lockedUntilMs: number): void {
    this.#countGuess.run(wrongCount, lockedUntilMs, id)
  }

  openSession(hash: Buffer, user: string, expiresMs: number, nowMs: number): void {
    this.#closeExpired.run(nowMs)
    this.#open.run(hash, user, expiresMs)
  }

  findSession(hash: Buffer): { readonly user: string; readonly expiresMs: number } | undefined {
    return this.#findSession.get(hash)
  }

  closeSessionsOf(user: string): void {
    this.#closeOf.run(user)
  }
}
