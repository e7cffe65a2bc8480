/** A node remembers what the one above is called, which its own interface shows. */
export const UPSTREAM_NAME = 'ALTER TABLE desk_outbox ADD COLUMN operator TEXT'

/** What a secondary node reports to the node above it, on both sides: one step of the schema. */
export const FEED_TABLES = `
  -- How far this node's own reports have come: one row, or none where it reports to nobody. What
  -- waits is what stands in the journal behind the last entry that was reported.
  CREATE TABLE desk_outbox (
    prefix TEXT PRIMARY KEY,        -- this node's own
    upstream TEXT NOT NULL,         -- the node above, as its desk's URL
    public_key TEXT NOT NULL,       -- of the key that signs, PEM
    sequence INTEGER NOT NULL,      -- of the last report that was taken
    journal INTEGER NOT NULL,       -- number of the last entry that was reported
    walk TEXT,                      -- the full report goes on behind this id; NULL: none goes on
    begun_ms INTEGER,               -- when the last full report began
    complete_ms INTEGER,            -- when one last came to its end
    taken_ms INTEGER,
    failed_ms INTEGER,
    failure TEXT
  ) STRICT, WITHOUT ROWID;

  -- What secondary nodes have reported here.
  CREATE TABLE desk_feeds (
    prefix TEXT PRIMARY KEY,        -- whose report it is
    sequence INTEGER NOT NULL,      -- of the last report that was taken
    digest BLOB NOT NULL,           -- of its content: the same once more changes nothing
    received_ms INTEGER NOT NULL,
    complete_ms INTEGER,            -- when a full report last came to its end
    failed_ms INTEGER,              -- when one that was truly theirs was last refused
    failure TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE desk_feed_items (
    feed TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,             -- entity, route
    received_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (feed, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX desk_feed_items_by_kind ON desk_feed_items (feed, kind, id);
`
