import type { Database, Statement } from 'better-sqlite3'

/** Something that was done at the desk: who, when, to what, from which state to which, why. */
export interface JournalEntry {
  readonly timeMs: number
  readonly actor: string
  readonly subject: string
  readonly action: string
  readonly before: string | null
  readonly after: string | null
  readonly reason: string | null
}

export interface JournalRow extends JournalEntry {
  readonly number: number
}

/** The desk's journal; the database refuses to change or delete what stands in it. */
export class Journal {
  readonly #append: Statement<[JournalEntry]>
  readonly #list: Statement<[string, number, number], JournalRow>

  constructor(database: Database) {
    this.#append = database.prepare(
      `INSERT INTO desk_journal (time_ms, actor, subject, action, before, after, reason)
       VALUES (@timeMs, @actor, @subject, @action, @before, @after, @reason)`)
    this.#list = database.prepare(
      `SELECT number, time_ms AS timeMs, actor, subject, action, before, after, reason
       FROM desk_journal WHERE subject = ? AND number > ? ORDER BY number LIMIT ?`)
  }

  append(entry: JournalEntry): void {
    this.#append.run(entry)
  }

  list(subject: string, after: number, countMax: number): JournalRow[] {
    return this.#list.all(subject, after, countMax)
  }
}
