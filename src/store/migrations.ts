import type { Database } from 'better-sqlite3'
import { FEED_TABLES, UPSTREAM_NAME } from './desk/feed-tables.ts'
import { FILE_HOLDERS, FILE_TABLES } from './desk/file-tables.ts'
import { DESK_TABLES } from './desk/tables.ts'

/**
 * The schema, step by step, forward only: a step that was released is never edited, the next
 * one is added behind it. The database's user_version says how many have been applied.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE records (
     key TEXT PRIMARY KEY,
     name TEXT,             -- spelling of the first registration; NULL when it is the key
     block BLOB NOT NULL    -- int4 count, encoded values
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE prefixes (prefix TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
   CREATE TABLE changes (
     number INTEGER PRIMARY KEY,
     time_ms INTEGER NOT NULL,
     actor TEXT NOT NULL,
     operation TEXT NOT NULL,
     name TEXT NOT NULL,
     block BLOB,
     hash BLOB NOT NULL     -- SHA-256 over the hash before and this entry
   ) STRICT;
   CREATE TRIGGER changes_are_not_updated BEFORE UPDATE ON changes
     BEGIN SELECT RAISE(ABORT, 'changes are append-only'); END;
   CREATE TRIGGER changes_are_not_deleted BEFORE DELETE ON changes
     BEGIN SELECT RAISE(ABORT, 'changes are append-only'); END;
   CREATE TABLE counts (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO counts VALUES ('records', 0);`,
  DESK_TABLES,
  'CREATE INDEX desk_sessions_by_expiry ON desk_sessions (expires_ms)',
  FEED_TABLES,
  UPSTREAM_NAME,
  FILE_TABLES,
  FILE_HOLDERS,
]

/** The schema that this software writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** The schema of an open database; 0 for a new one. */
export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}

/** Brings a database to SCHEMA_VERSION, each step in a transaction of its own. */
export function migrate(database: Database): void {
  for (let version = schemaVersion(database); version < SCHEMA_VERSION; version++) {
    const step = MIGRATIONS[version]
    if (step === undefined) throw new Error(`there is no migration from schema ${version}`)
    database.transaction(() => {
      database.exec(step)
      database.pragma(`user_version = ${version + 1}`)
    })()
  }
}
