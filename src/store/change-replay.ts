import type { Database } from 'better-sqlite3'

/** Keys as names are folded to them: SQLite's upper() folds ASCII alone, as it has to be. */
const KEY = `CASE WHEN instr(name, '/') = 0 THEN '0.NA/' || upper(name) ELSE upper(name) END`

/** The last change of each record, with its name folded. */
const LAST_CHANGES = `
  SELECT ${KEY} AS key, max(number) AS number FROM changes
  WHERE operation IN ('put', 'delete') GROUP BY 1`

/** A record that its last change does not say, or that none does. */
const WRONG_RECORD = `
  WITH last AS (${LAST_CHANGES})
  SELECT records.key FROM records
  LEFT JOIN last ON last.key = records.key
  LEFT JOIN changes ON changes.number = last.number
  WHERE changes.operation IS NOT 'put' OR changes.block IS NOT records.block LIMIT 1`

/** A record that its last change says is there, and that is not. */
const LOST_RECORD = `
  WITH last AS (${LAST_CHANGES})
  SELECT last.key FROM last JOIN changes ON changes.number = last.number
  WHERE changes.operation = 'put'
  AND NOT EXISTS (SELECT 1 FROM records WHERE records.key = last.key) LIMIT 1`

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
  const wrong = first(WRONG_RECORD)
  if (wrong !== undefined) return `record ${wrong} is not what the log says of it last`
  const lost = first(LOST_RECORD)
  if (lost !== undefined) return `record ${lost} is missing, and the log does not say why`
  const prefix = first(WRONG_PREFIX)
  if (prefix !== undefined) return `prefix ${prefix} is not homed as the log says last`
  return null
}
