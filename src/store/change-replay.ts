import type { Database } from 'better-sqlite3'

/** Keys as names are folded to them: SQLite's upper() folds ASCII alone, as it has to be. */
const KEY = `CASE WHEN instr(name, '/') = 0 THEN '0.NA/' || upper(name) ELSE upper(name) END`

/** The last change of each record, with its name folded. */
const LAST_CHANGES = `
  SELECT ${KEY} AS key, max(number) AS number FROM changes
  WHERE operation IN ('put', 'delete') GROUP BY 1`

/** A record that is not what its last change says, found from the log's side: by its key. */
const WRONG_RECORD = `
  SELECT last.key FROM (${LAST_CHANGES}) AS last
  CROSS JOIN changes ON changes.number = last.number
  LEFT JOIN records ON records.key = last.key
  WHERE CASE changes.operation WHEN 'put' THEN records.block IS NOT changes.block
    ELSE records.key IS NOT NULL END LIMIT 1`

/** A record that the log does not know. */
const UNKNOWN_RECORD = `
  SELECT key FROM records EXCEPT SELECT key FROM (${LAST_CHANGES}) LIMIT 1`

/** A prefix that is homed or not, other than its last change says. */
const WRONG_PREFIX = `
  WITH last AS (
    SELECT name, max(number) AS number FROM changes
    WHERE operation IN ('home', 'unhome') GROUP BY name),
  homed AS (
    SELECT name FROM last JOIN changes USING (name, number) WHERE operation = 'home')
  SELECT * FROM (
    SELECT prefix FROM prefixes EXCEPT SELECT name FROM homed
    UNION ALL
    SELECT * FROM (SELECT name FROM homed EXCEPT SELECT prefix FROM prefixes)) LIMIT 1`

/**
 * Compares what is stored with what the change log says last of it: so that a log that was cut
 * short, or records that were edited behind it, are found although the log's chain is sound.
 * @returns what is wrong, or null
 */
export function findMismatch(database: Database): string | null {
  const first = (sql: string): string | undefined =>
    database.prepare<[], string>(sql).pluck().get()
  const record = first(WRONG_RECORD) ?? first(UNKNOWN_RECORD)
  if (record !== undefined) return `record ${record} is not what the log says of it last`
  const prefix = first(WRONG_PREFIX)
  if (prefix !== undefined) return `prefix ${prefix} is not homed as the log says last`
  return null
}
