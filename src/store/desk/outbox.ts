import type { Database, Statement } from 'better-sqlite3'

/** How far this node's reports to the node above have come. */
export interface OutboxRow {
  readonly prefix: string
  readonly upstream: string
  readonly publicKey: string
  /** Of the last report that was taken. */
  readonly sequence: number
  /** Number of the last journal entry that was reported. */
  readonly journal: number
  /** The full report goes on behind this id; null: none goes on. */
  readonly walk: string | null
  readonly begunMs: number | null
  readonly completeMs: number | null
  readonly takenMs: number | null
  readonly failedMs: number | null
  readonly failure: string | null
  /** Who runs the node above, as it has said with its last answer. */
  readonly operator: string | null
}

/** What waits: how many organisations and applications, and since when. */
export interface Waiting {
  readonly count: number
  readonly oldestMs: number | null
}

// Entries about users, keys and templates are no business of the node above.
const REPORTED = "number > ? AND substr(subject, 1, 4) IN ('app_', 'org_')"

/** This node's reports: where they stand, and what the journal holds behind that. */
export class Outbox {
  readonly #find: Statement<[], OutboxRow>
  readonly #save: Statement<[OutboxRow]>
  readonly #clear: Statement<[]>
  readonly #list: Statement<[number, number], { number: number; subject: string }>
  readonly #count: Statement<[number], Waiting>
  readonly #lastNumber: Statement<[], number>

  constructor(database: Database) {
    this.#find = database.prepare(
      `SELECT prefix, upstream, public_key AS publicKey, sequence, journal, walk,
       begun_ms AS begunMs, complete_ms AS completeMs, taken_ms AS takenMs,
       failed_ms AS failedMs, failure, operator FROM desk_outbox`)
    this.#save = database.prepare(
      `INSERT OR REPLACE INTO desk_outbox VALUES (@prefix, @upstream, @publicKey, @sequence,
       @journal, @walk, @begunMs, @completeMs, @takenMs, @failedMs, @failure,
       @operator)`)
    this.#clear = database.prepare('DELETE FROM desk_outbox')
    this.#list = database.prepare(
      `SELECT number, subject FROM desk_journal WHERE ${REPORTED} ORDER BY number LIMIT ?`)
    this.#count = database.prepare(
      `SELECT count(DISTINCT subject) AS count, min(time_ms) AS oldestMs
       FROM desk_journal WHERE ${REPORTED}`)
    this.#lastNumber = database.prepare<[], number>(
      'SELECT coalesce(max(number), 0) FROM desk_journal').pluck()
  }

  find(): OutboxRow | undefined {
    return this.#find.get()
  }

  save(row: OutboxRow): void {
    this.#save.run(row)
  }

  clear(): void {
    this.#clear.run()
  }

  /** What was done with organisations and applications behind an entry, oldest first. */
  list(journal: number, countMax: number): { number: number; subject: string }[] {
    return this.#list.all(journal, countMax)
  }

  count(journal: number): Waiting {
    return this.#count.get(journal) ?? { count: 0, oldestMs: null }
  }

  /** Number of the journal's last entry. */
  lastNumber(): number {
    return this.#lastNumber.get() ?? 0
  }
}
