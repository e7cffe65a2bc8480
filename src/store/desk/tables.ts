/** The registration desk's tables: one step of the schema. Bodies are JSON. */
export const DESK_TABLES = `
  CREATE TABLE desk_organisations (
    id TEXT PRIMARY KEY,
    level TEXT NOT NULL,            -- top, secondary, enterprise
    parent TEXT,                    -- the organisation that it joined
    certificate TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_organisations_by_parent ON desk_organisations (parent, id);

  CREATE TABLE desk_applications (
    id TEXT PRIMARY KEY,
    prefix TEXT NOT NULL,
    parent TEXT,                    -- the prefix above
    organisation TEXT NOT NULL,
    level TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- A code is taken from the day it is asked for, and for good once it was given.
  CREATE UNIQUE INDEX desk_applications_by_prefix ON desk_applications (prefix)
    WHERE state <> 'withdrawn';
  CREATE INDEX desk_applications_by_organisation ON desk_applications (organisation, id);
  CREATE INDEX desk_applications_by_parent ON desk_applications (parent, id);

  CREATE TABLE desk_journal (
    number INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,          -- the id of what it is about
    action TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT
  ) STRICT;
  CREATE INDEX desk_journal_by_subject ON desk_journal (subject, number);
  CREATE TRIGGER desk_journal_is_not_updated BEFORE UPDATE ON desk_journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER desk_journal_is_not_deleted BEFORE DELETE ON desk_journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

  CREATE TABLE desk_users (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    user_name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    wrong_count INTEGER NOT NULL,
    locked_until_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_users_by_organisation ON desk_users (organisation, id);

  -- Log-ins and API keys, known by the hash of their secret alone.
  CREATE TABLE desk_sessions (
    hash BLOB PRIMARY KEY,
    user TEXT NOT NULL,
    expires_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_sessions_by_user ON desk_sessions (user);
  CREATE TABLE desk_keys (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    expires_ms INTEGER,
    revoked_ms INTEGER,
    created_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_keys_by_organisation ON desk_keys (organisation, id);

  CREATE TABLE desk_templates (
    prefix TEXT NOT NULL,
    version TEXT NOT NULL,
    organisation TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (prefix, version)
  ) STRICT, WITHOUT ROWID;
  -- Values of items that must be unique, and whose they are.
  CREATE TABLE desk_uniques (
    prefix TEXT NOT NULL,
    item TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (prefix, item, value)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_uniques_by_key ON desk_uniques (key);

  -- Answers to calls that carried an Idempotency-Key.
  CREATE TABLE desk_replies (
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    reply TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_replies_by_expiry ON desk_replies (expires_ms);

  CREATE TABLE desk_quotas (holder TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE desk_usage (
    holder TEXT NOT NULL,
    day INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (holder, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE desk_identifier_counts (
    prefix TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    count INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_identifier_counts_by_organisation
    ON desk_identifier_counts (organisation);
`
