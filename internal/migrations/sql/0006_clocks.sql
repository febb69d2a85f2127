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

-- What colleagues say about a follow-up.
CREATE TABLE comment (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  followup_id INTEGER NOT NULL REFERENCES followup (id),
  content TEXT NOT NULL DEFAULT '',
  mention_ids TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_comment_followup ON comment (followup_id, id);

-- What a rep and the supervisor say of a day.
CREATE TABLE work_log (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  owner_id INTEGER REFERENCES account (id),
  department_id INTEGER REFERENCES department (id),
  day TEXT NOT NULL DEFAULT '',
  day_key TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  tomorrow TEXT NOT NULL DEFAULT '',
  comment TEXT NOT NULL DEFAULT '',
  comment_by INTEGER REFERENCES account (id),
  comment_at INTEGER
);
CREATE UNIQUE INDEX ux_work_log_day_key ON work_log (day_key) WHERE day_key <> '';
CREATE INDEX ix_work_log_owner ON work_log (owner_id, day);
CREATE INDEX ix_work_log_department ON work_log (department_id, day);
CREATE INDEX ix_work_log_comment_by ON work_log (comment_by) WHERE comment_by IS NOT NULL;
