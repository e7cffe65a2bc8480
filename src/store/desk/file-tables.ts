/** Files that were handed in: one step of the schema. The content comes last, so that what is
 * asked of the rest reads no pages of it. */
export const FILE_TABLES = `
  CREATE TABLE desk_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation TEXT NOT NULL,     -- who handed it in
    path TEXT NOT NULL UNIQUE,
    media_type TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;
  CREATE INDEX desk_files_by_organisation ON desk_files (organisation, bytes);
`

/** Whose a file is, once an organisation's details name it: one step of the schema. */
export const FILE_HOLDERS = `
  CREATE TABLE desk_file_holders (file INTEGER PRIMARY KEY, organisation TEXT NOT NULL) STRICT
`
