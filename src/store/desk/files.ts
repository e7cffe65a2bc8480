import type { Database, Statement } from 'better-sqlite3'

/** A file that an organisation has handed in, such as the photograph of its certificate. */
export interface FileRow {
  readonly id: number
  readonly organisation: string
  /** A name that nothing else has. */
  readonly path: string
  readonly mediaType: string
  readonly createdMs: number
  readonly content: Buffer
}

/** Files by number, which no other file ever has again. */
export class Files {
  readonly #insert: Statement<[Omit<FileRow, 'id'>]>
  readonly #find: Statement<[number], FileRow>
  readonly #findSender: Statement<[number], string>
  readonly #findHolder: Statement<[number], string>
  readonly #give: Statement<[number, string]>
  readonly #sumBytes: Statement<[string], number>

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO desk_files (organisation, path, media_type, created_ms, bytes, content)
       VALUES (@organisation, @path, @mediaType, @createdMs, length(@content), @content)`)
    this.#find = database.prepare(
      `SELECT id, organisation, path, media_type AS mediaType, created_ms AS createdMs, content
       FROM desk_files WHERE id = ?`)
    this.#findSender = database.prepare<[number], string>(
      'SELECT organisation FROM desk_files WHERE id = ?').pluck()
    this.#findHolder = database.prepare<[number], string>(
      'SELECT organisation FROM desk_file_holders WHERE file = ?').pluck()
    this.#give = database.prepare('INSERT INTO desk_file_holders VALUES (?, ?)')
    this.#sumBytes = database.prepare<[string], number>(
      'SELECT coalesce(sum(bytes), 0) FROM desk_files WHERE organisation = ?').pluck()
  }

  /** @returns the file's number */
  insert(row: Omit<FileRow, 'id'>): number {
    return Number(this.#insert.run(row).lastInsertRowid)
  }

  find(id: number): FileRow | undefined {
    return this.#find.get(id)
  }

  /** The organisation that has handed a file in. */
  findSender(id: number): string | undefined {
    return this.#findSender.get(id)
  }

  /** The organisation whose details name a file; undefined while none do. */
  findHolder(id: number): string | undefined {
    return this.#findHolder.get(id)
  }

  give(id: number, organisation: string): void {
    this.#give.run(id, organisation)
  }

  /** Bytes of all that an organisation has handed in. */
  sumBytes(organisation: string): number {
    return this.#sumBytes.get(organisation) ?? 0
  }
}
