import type { Database, Statement } from 'better-sqlite3'

export interface ApplicationRow {
  readonly id: string
  readonly prefix: string
  /** The prefix above. */
  readonly parent: string | null
  readonly organisation: string
  readonly level: string
  readonly state: string
  readonly version: number
  readonly createdMs: number
  readonly updatedMs: number
  /** JSON. */
  readonly body: string
}

/** Which applications to list; null where it does not matter. */
export interface ApplicationFilter {
  /** Only those of this organisation and those below its prefixes. */
  readonly viewer: string | null
  readonly organisation: string | null
  readonly state: string | null
}

const COLUMNS = `id, prefix, parent, organisation, level, state, version,
  created_ms AS createdMs, updated_ms AS updatedMs, body`

/** Applications for prefixes, and with them the prefixes that were given. */
export class Applications {
  readonly #insert: Statement<[ApplicationRow]>
  readonly #update: Statement<[ApplicationRow]>
  readonly #find: Statement<[string], ApplicationRow>
  readonly #findByPrefix: Statement<[string], ApplicationRow>
  readonly #list: Statement<[ApplicationFilter & { after: string; countMax: number }],
    ApplicationRow>
  readonly #listBelow: Statement<[string, string, number], ApplicationRow>
  readonly #listOf: Statement<[string, string, number], ApplicationRow>
  readonly #countLive: Statement<[string], number>

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO desk_applications VALUES (@id, @prefix, @parent, @organisation, @level, @state,
       @version, @createdMs, @updatedMs, @body)`)
    this.#update = database.prepare(
      `UPDATE desk_applications SET state = @state, version = @version, prefix = @prefix,
       parent = @parent, level = @level, updated_ms = @updatedMs, body = @body WHERE id = @id`)
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM desk_applications WHERE id = ?`)
    this.#findByPrefix = database.prepare(
      `SELECT ${COLUMNS} FROM desk_applications WHERE prefix = ? AND state <> 'withdrawn'`)
    this.#list = database.prepare(
      `SELECT ${COLUMNS} FROM desk_applications WHERE id > @after
       AND (@viewer IS NULL OR organisation = @viewer OR parent IN (
         SELECT prefix FROM desk_applications
         WHERE organisation = @viewer AND state <> 'withdrawn'))
       AND (@organisation IS NULL OR organisation = @organisation)
       AND (@state IS NULL OR state = @state)
       ORDER BY id LIMIT @countMax`)
    this.#listBelow = database.prepare(
      `SELECT ${COLUMNS} FROM desk_applications WHERE parent = ? AND id > ? ORDER BY id LIMIT ?`)
    this.#listOf = database.prepare(
      `SELECT ${COLUMNS} FROM desk_applications
       WHERE organisation = ? AND id > ? ORDER BY id LIMIT ?`)
    this.#countLive = database.prepare<[string], number>(
      `SELECT count(*) FROM desk_applications
       WHERE organisation = ? AND state NOT IN ('withdrawn', 'deleted')`).pluck()
  }

  insert(row: ApplicationRow): void {
    this.#insert.run(row)
  }

  update(row: ApplicationRow): void {
    this.#update.run(row)
  }

  find(id: string): ApplicationRow | undefined {
    return this.#find.get(id)
  }

  /** The application that holds a prefix: under review, given, or given and deleted. */
  findByPrefix(prefix: string): ApplicationRow | undefined {
    return this.#findByPrefix.get(prefix)
  }

  list(filter: ApplicationFilter, after: string, countMax: number): ApplicationRow[] {
    return this.#list.all({ ...filter, after, countMax })
  }

  /** Those right below a prefix. */
  listBelow(parent: string, after: string, countMax: number): ApplicationRow[] {
    return this.#listBelow.all(parent, after, countMax)
  }

  /** Those of an organisation. */
  listOf(organisation: string, after: string, countMax: number): ApplicationRow[] {
    return this.#listOf.all(organisation, after, countMax)
  }

  /** How many prefixes an organisation has or has asked for. */
  countLive(organisation: string): number {
    return this.#countLive.get(organisation) ?? 0
  }
}
