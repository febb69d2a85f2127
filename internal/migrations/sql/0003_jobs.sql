-- Work in the background: what waits, what runs under a lease, and the history of the last weeks.

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL DEFAULT '',
  unique_key TEXT NOT NULL DEFAULT '',
  slot INTEGER,
  state TEXT NOT NULL,
  run_at INTEGER NOT NULL,
  lease_until INTEGER,
  leased_by INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  cancel_asked INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  bookmark TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  created_by INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;
CREATE INDEX ix_job_waiting ON job (run_at, id) WHERE state = 'waiting';
CREATE INDEX ix_job_running ON job (lease_until) WHERE state = 'running';
CREATE INDEX ix_job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX ux_job_unique_key ON job (unique_key) WHERE unique_key <> '' AND finished_at IS NULL;
CREATE UNIQUE INDEX ux_job_kind_slot ON job (kind, slot) WHERE slot IS NOT NULL;
