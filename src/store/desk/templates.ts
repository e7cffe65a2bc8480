import type { Database, Statement } from 'better-sqlite3'
import type { IdentifierKey } from '../../identifier/identifier.ts'

export interface TemplateRow {
  readonly prefix: string
  readonly version: string
  readonly organisation: string
  readonly state: string
  /** Counts changes, for those who want to change what they have seen. */
  readonly revision: number
  readonly createdMs: number
  readonly updatedMs: number
  /** JSON. */
  readonly body: string
}

const COLUMNS = `prefix, version, organisation, state, revision, created_ms AS createdMs,
  updated_ms AS updatedMs, body`

/** Data templates by prefix and version, and the values that must be unique. */
export class Templates {
  readonly #insert: Statement<[TemplateRow]>
  readonly #update: Statement<[TemplateRow]>
  readonly #delete: Statement<[string, string]>
  readonly #find: Statement<[string, string], TemplateRow>
  readonly #list: Statement<[string, string, number], TemplateRow>
  readonly #findUnique: Statement<[string, string, string], IdentifierKey>
  readonly #setUnique: Statement<[string, string, string, string]>
  readonly #dropUniques: Statement<[string]>

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO desk_templates VALUES (@prefix, @version, @organisation, @state, @revision,
       @createdMs, @updatedMs, @body)`)
    this.#update = database.prepare(
      `UPDATE desk_templates SET state = @state, revision = @revision, updated_ms = @updatedMs,
       body = @body WHERE prefix = @prefix AND version = @version`)
    this.#delete = database.prepare(
      'DELETE FROM desk_templates WHERE prefix = ? AND version = ?')
    this.#find = database.prepare(
      `SELECT ${COLUMNS} FROM desk_templates WHERE prefix = ? AND version = ?`)
    this.#list = database.prepare(
      `SELECT ${COLUMNS} FROM desk_templates WHERE prefix = ? AND version > ?
       ORDER BY version LIMIT ?`)
    this.#findUnique = database.prepare<[string, string, string], IdentifierKey>(
      'SELECT key FROM desk_uniques WHERE prefix = ? AND item = ? AND value = ?').pluck()
    this.#setUnique = database.prepare('INSERT OR REPLACE INTO desk_uniques VALUES (?, ?, ?, ?)')
    this.#dropUniques = database.prepare('DELETE FROM desk_uniques WHERE key = ?')
  }

  insert(row: TemplateRow): void {
    this.#insert.run(row)
  }

  update(row: TemplateRow): void {
    this.#update.run(row)
  }

  delete(prefix: string, version: string): void {
    this.#delete.run(prefix, version)
  }

  find(prefix: string, version: string): TemplateRow | undefined {
    return this.#find.get(prefix, version)
  }

  list(prefix: string, after: string, countMax: number): TemplateRow[] {
    return this.#list.all(prefix, after, countMax)
  }

  /** Who claimed a unique value last, or undefined when nobody did. */
  findUnique(prefix: string, item: string, value: string): IdentifierKey | undefined {
    return this.#findUnique.get(prefix, item, value)
  }

  /** Makes a unique value this identifier's, whoever claimed it before. */
  setUnique(prefix: string, item: string, value: string, key: IdentifierKey): void {
    this.#setUnique.run(prefix, item, value, key)
  }

  /** Frees the unique values of an identifier. */
  dropUniques(key: IdentifierKey): void {
    this.#dropUniques.run(key)
  }
}
