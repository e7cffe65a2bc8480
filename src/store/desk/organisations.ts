import type { Database, Statement } from 'better-sqlite3'

export interface OrganisationRow {
  readonly id: string
  readonly level: string
  readonly parent: string | null
  /** The number of its certificate, such as its unified social credit code. */
  readonly certificate: string
  readonly version: number
  readonly createdMs: number
  readonly updatedMs: number
  /** JSON. */
  readonly body: string
}

const COLUMNS =
  'id, level, parent, certificate, version, created_ms AS createdMs, updated_ms AS updatedMs, body'

/** Organisations, by id, which is in the order they came. */
export class Organisations {
  readonly #insert: Statement<[OrganisationRow]>
  readonly #update: Statement<[OrganisationRow]>
  readonly #find: Statement<[string], OrganisationRow>
  readonly #findByCertificate: Statement<[string], OrganisationRow>
  readonly #list: Statement<[string, number], OrganisationRow>
  readonly #listBelow: Statement<[string, string, string, number], OrganisationRow>

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO desk_organisations VALUES
       (@id, @level, @parent, @certificate, @version, @createdMs, @updatedMs, @body)`)
    this.#update = database.prepare(
      `UPDATE desk_organisations SET certificate = @certificate, version = @version,
       updated_ms = @updatedMs, body = @body WHERE id = @id`)
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM desk_organisations WHERE id = ?`)
    this.#findByCertificate = database.prepare(
      `SELECT ${COLUMNS} FROM desk_organisations WHERE certificate = ?`)
    this.#list = database.prepare(
      `SELECT ${COLUMNS} FROM desk_organisations WHERE id > ? ORDER BY id LIMIT ?`)
    this.#listBelow = database.prepare(
      `SELECT ${COLUMNS} FROM desk_organisations
       WHERE (parent = ? OR id = ?) AND id > ? ORDER BY id LIMIT ?`)
  }

  insert(row: OrganisationRow): void {
    this.#insert.run(row)
  }

  update(row: OrganisationRow): void {
    this.#update.run(row)
  }

  find(id: string): OrganisationRow | undefined {
    return this.#find.get(id)
  }

  findByCertificate(certificate: string): OrganisationRow | undefined {
    return this.#findByCertificate.get(certificate)
  }

  /** @param below only an organisation and those that joined it; null for all */
  list(below: string | null, after: string, countMax: number): OrganisationRow[] {
    return below === null
      ? this.#list.all(after, countMax)
      : this.#listBelow.all(below, below, after, countMax)
  }
}
