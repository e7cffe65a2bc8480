import type { Database, Statement } from 'better-sqlite3'

/** How far the reports of a secondary node have come. */
export interface FeedRow {
  readonly prefix: string
  readonly sequence: number
  readonly digest: Buffer
  readonly receivedMs: number
  readonly completeMs: number | null
  readonly failedMs: number | null
  readonly failure: string | null
}

/** One thing that was reported. */
export interface FeedItemRow {
  readonly feed: string
  readonly id: string
  readonly kind: string
  readonly receivedMs: number
  /** JSON. */
  readonly body: string
}

/** A secondary node, and what is here of it; nulls where it has never reported. */
export interface FeedSummaryRow {
  readonly prefix: string
  readonly organisation: string
  readonly sequence: number | null
  readonly receivedMs: number | null
  readonly completeMs: number | null
  readonly failedMs: number | null
  readonly failure: string | null
  readonly entities: number
  readonly routes: number
}

const COUNT = 'SELECT count(*) FROM desk_feed_items WHERE feed = a.prefix AND kind ='

/** What secondary nodes report here. */
export class Feeds {
  readonly #find: Statement<[string], FeedRow>
  readonly #save: Statement<[FeedRow]>
  readonly #put: Statement<[FeedItemRow]>
  readonly #delete: Statement<[string, string]>
  readonly #deleteRange: Statement<[{ feed: string; after: string; upTo: string | null }]>
  readonly #listItems: Statement<
    [{ feed: string; kind: string | null; after: string; countMax: number }], FeedItemRow>
  readonly #list: Statement<
    [{ viewer: string | null; prefix: string | null; after: string; countMax: number }],
    FeedSummaryRow>
  readonly #countLate: Statement<[number], number>

  constructor(database: Database) {
    this.#countLate = database.prepare<[number], number>(
      'SELECT count(*) FROM desk_feeds WHERE coalesce(complete_ms, 0) < ?').pluck()
    this.#find = database.prepare(
      `SELECT prefix, sequence, digest, received_ms AS receivedMs, complete_ms AS completeMs,
       failed_ms AS failedMs, failure FROM desk_feeds WHERE prefix = ?`)
    this.#save = database.prepare(
      `INSERT OR REPLACE INTO desk_feeds VALUES (@prefix, @sequence, @digest, @receivedMs,
       @completeMs, @failedMs, @failure)`)
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO desk_feed_items VALUES (@feed, @id, @kind, @receivedMs, @body)')
    this.#delete = database.prepare('DELETE FROM desk_feed_items WHERE feed = ? AND id = ?')
    this.#deleteRange = database.prepare(
      `DELETE FROM desk_feed_items WHERE feed = @feed AND id > @after
       AND (@upTo IS NULL OR id <= @upTo)`)
    this.#listItems = database.prepare(
      `SELECT feed, id, kind, received_ms AS receivedMs, body FROM desk_feed_items
       WHERE feed = @feed AND id > @after AND (@kind IS NULL OR kind = @kind)
       ORDER BY id LIMIT @countMax`)
    this.#list = database.prepare(
      `SELECT a.prefix, a.organisation, f.sequence, f.received_ms AS receivedMs,
       f.complete_ms AS completeMs, f.failed_ms AS failedMs, f.failure,
       (${COUNT} 'entity') AS entities, (${COUNT} 'route') AS routes
       FROM desk_applications a LEFT JOIN desk_feeds f ON f.prefix = a.prefix
       WHERE a.state IN ('enabled', 'suspended', 'deleting')
       AND a.parent IN (SELECT prefix FROM desk_applications WHERE level = 'top')
       AND (@viewer IS NULL OR a.organisation = @viewer)
       AND (@prefix IS NULL OR a.prefix = @prefix)
       AND a.prefix > @after ORDER BY a.prefix LIMIT @countMax`)
  }

  /** How many nodes that have reported before have not told all they have since a time. */
  countLate(sinceMs: number): number {
    return this.#countLate.get(sinceMs) ?? 0
  }

  find(prefix: string): FeedRow | undefined {
    return this.#find.get(prefix)
  }

  save(row: FeedRow): void {
    this.#save.run(row)
  }

  putItem(row: FeedItemRow): void {
    this.#put.run(row)
  }

  deleteItem(feed: string, id: string): void {
    this.#delete.run(feed, id)
  }

  /** Deletes the items behind `after` up to and with `upTo`, or all the rest for null. */
  deleteRange(feed: string, after: string, upTo: string | null): void {
    this.#deleteRange.run({ feed, after, upTo })
  }

  listItems(feed: string, kind: string | null, after: string, countMax: number): FeedItemRow[] {
    return this.#listItems.all({ feed, kind, after, countMax })
  }

  /**
   * The secondary nodes of this top-level node by prefix, those that never reported as well.
   * @param viewer only those of this organisation; null for all
   */
  list(viewer: string | null, after: string, countMax: number): FeedSummaryRow[] {
    return this.#list.all({ viewer, prefix: null, after, countMax })
  }

  findSummary(prefix: string): FeedSummaryRow | undefined {
    return this.#list.get({ viewer: null, prefix, after: '', countMax: 1 })
  }
}
