-- People and what every part stands on: departments, users, roles, how they sign in, settings, the change log.

CREATE TABLE department (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  parent_id INTEGER REFERENCES department (id),
  supervisor_ids TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX ix_department_parent ON department (parent_id);

CREATE TABLE role (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  built_in TEXT NOT NULL DEFAULT '',
  permissions TEXT NOT NULL DEFAULT '',
  fields TEXT NOT NULL DEFAULT '',
  sees_private INTEGER NOT NULL DEFAULT 0,
  masked INTEGER NOT NULL DEFAULT 0,
  remark TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX ux_role_name ON role (name);
CREATE UNIQUE INDEX ux_role_built_in ON role (built_in) WHERE built_in <> '';

-- "user" is a reserved word
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL DEFAULT '',
  mobile TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  department_id INTEGER REFERENCES department (id),
  role_ids TEXT NOT NULL DEFAULT '',
  regions TEXT NOT NULL DEFAULT '',
  industries TEXT NOT NULL DEFAULT '',
  active INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX ux_account_login ON account (login);
CREATE INDEX ix_account_name_key ON account (name_key, id);
CREATE INDEX ix_account_department ON account (department_id, id);

-- What a user chose for their own page.
CREATE TABLE user_setting (
  user_id INTEGER PRIMARY KEY REFERENCES account (id),
  value TEXT NOT NULL
);

-- Counts changes of people, their permissions, sessions and tokens, so that every replica knows when to forget what it
-- holds in memory.
CREATE TABLE access_version (version INTEGER NOT NULL);
INSERT INTO access_version (version) VALUES (1);

CREATE TABLE credential (
  user_id INTEGER PRIMARY KEY REFERENCES account (id),
  hash TEXT NOT NULL,
  changed_at INTEGER NOT NULL
);

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL,
  user_id INTEGER NOT NULL REFERENCES account (id),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX ux_session_token_hash ON session (token_hash);
CREATE INDEX ix_session_user ON session (user_id);
CREATE INDEX ix_session_expires ON session (expires_at);

CREATE TABLE api_token (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL,
  user_id INTEGER NOT NULL REFERENCES account (id),
  name TEXT NOT NULL,
  permissions TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  seen_at INTEGER,
  expires_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_api_token_token_hash ON api_token (token_hash);
CREATE INDEX ix_api_token_user ON api_token (user_id);

CREATE TABLE signin_log (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  user_id INTEGER,
  login TEXT NOT NULL,
  result TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_signin_log_user ON signin_log (user_id, result, address);
CREATE INDEX ix_signin_log_at ON signin_log (at);

-- Failures in a row: of a login from an address, of a login, of an address.
CREATE TABLE signin_failure (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  until INTEGER NOT NULL
);
CREATE INDEX ix_signin_failure_last ON signin_failure (last_at);

CREATE TABLE share (
  user_id INTEGER NOT NULL REFERENCES account (id),
  record_id INTEGER NOT NULL,
  entity TEXT NOT NULL,
  access TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  PRIMARY KEY (user_id, record_id)
);
CREATE INDEX ix_share_record ON share (record_id);

CREATE TABLE serial (
  series TEXT PRIMARY KEY,
  last INTEGER NOT NULL
);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- The company's own choices and fields; schema_version counts their changes.
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version (version) VALUES (1);

CREATE TABLE choice (
  id INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  label_zh TEXT NOT NULL DEFAULT '',
  label_en TEXT NOT NULL DEFAULT '',
  color TEXT NOT NULL DEFAULT '',
  disabled INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ux_choice_entity_field_value ON choice (entity, field, value);

CREATE TABLE custom_field (
  id INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  name TEXT NOT NULL,
  label_zh TEXT NOT NULL DEFAULT '',
  label_en TEXT NOT NULL DEFAULT '',
  help_zh TEXT NOT NULL DEFAULT '',
  help_en TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL,
  required INTEGER NOT NULL DEFAULT 0,
  ref TEXT NOT NULL DEFAULT '',
  max_length INTEGER NOT NULL DEFAULT 0,
  aliases TEXT NOT NULL DEFAULT '',
  field_group TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  archived_at INTEGER
);
CREATE UNIQUE INDEX ux_custom_field_entity_name ON custom_field (entity, name);

CREATE TABLE idempotency (
  user_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX ix_idempotency_created ON idempotency (created_at);

CREATE TABLE audit_entry (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  user_id INTEGER,
  user_name TEXT NOT NULL DEFAULT '',
  origin TEXT NOT NULL,
  batch_id INTEGER,
  entity TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  changes TEXT NOT NULL DEFAULT '',
  erased TEXT NOT NULL DEFAULT '', -- the SHA-256 of changes as they were before a person's data was erased from them
  seal INTEGER -- the number of the seal over the entry
);
CREATE INDEX ix_audit_entry_unsealed ON audit_entry (id) WHERE seal IS NULL;
CREATE INDEX ix_audit_entry_record ON audit_entry (record_id, id);
CREATE INDEX ix_audit_entry_batch ON audit_entry (batch_id, id) WHERE batch_id IS NOT NULL;

-- What leaving users handed over to colleagues. Its id is the batch of the log's entries.
CREATE TABLE handover (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by_id INTEGER,
  from_id INTEGER NOT NULL REFERENCES account (id),
  to_id INTEGER NOT NULL REFERENCES account (id),
  state TEXT NOT NULL,
  job_id INTEGER,
  moved INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL DEFAULT 0,
  views TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX ix_handover_from ON handover (from_id);
CREATE INDEX ix_handover_to ON handover (to_id);

-- A chain of hashes over the change log, by which a change of it is seen.
CREATE TABLE audit_seal (
  id INTEGER PRIMARY KEY, -- 1, 2, 3, …
  at INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  hash TEXT NOT NULL
);
