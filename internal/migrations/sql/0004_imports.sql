-- Imports: the file, how it was understood, what came of it, and every problem.

CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  file_name TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  state TEXT NOT NULL,
  job_id INTEGER,
  sheets TEXT NOT NULL,
  options TEXT NOT NULL,
  progress TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT '',
  unknown TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  created_by INTEGER,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
);
CREATE INDEX ix_import_created_by ON import (created_by, id);

CREATE TABLE import_problem (
  import_id INTEGER NOT NULL REFERENCES import (id),
  seq INTEGER NOT NULL,
  severity TEXT NOT NULL,
  sheet TEXT NOT NULL,
  row_number INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  value TEXT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (import_id, seq)
);

-- How columns were understood the last time a sheet had these headings.
CREATE TABLE import_mapping (
  entity TEXT NOT NULL,
  shape TEXT NOT NULL,
  columns TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  used_by INTEGER,
  PRIMARY KEY (entity, shape)
);
