-- Everything that somebody must do by a time. States: running, met, late, cancelled. Rows are started and ended with the
-- writes they follow from.

CREATE TABLE obligation (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  part TEXT NOT NULL DEFAULT '',
  entity TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  parent_id INTEGER NOT NULL, -- the record on which that one hangs; itself for one that hangs on none
  owner_id INTEGER REFERENCES account (id),
  department_id INTEGER REFERENCES department (id),
  started_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  met_at INTEGER,
  met_by INTEGER,
  cause TEXT NOT NULL DEFAULT '',
  remind TEXT NOT NULL DEFAULT '', -- minutes before it is due; '-' for none, '' for those of the settings
  told INTEGER NOT NULL, -- the step that was last told, in minutes after it is due
  next_at INTEGER, -- when the sweep must look at it next
  again_at INTEGER -- the reminder that the owner put off until then
);
CREATE UNIQUE INDEX ux_obligation_record ON obligation (record_id, kind, part, started_at);
CREATE INDEX ix_obligation_parent ON obligation (parent_id, due_at) WHERE state = 'running';
CREATE INDEX ix_obligation_owner ON obligation (owner_id, due_at) WHERE state = 'running';
CREATE INDEX ix_obligation_department ON obligation (department_id) WHERE department_id IS NOT NULL AND state = 'running';
CREATE INDEX ix_obligation_next ON obligation (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ix_obligation_due ON obligation (due_at, kind);
