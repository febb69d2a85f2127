-- When the company works, and what phones are let into: calendars and address books under passwords of their own.

-- The working time of the company (department 0) and of departments that differ. An empty text is not set: the department
-- above decides, for the company the program. Hours are minutes after midnight, [[540,720],[810,1080]]; weekend numbers the
-- days, Sunday is 0. The version counts changes.
CREATE TABLE working_time (
  department_id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  hours TEXT NOT NULL DEFAULT '',
  weekend TEXT NOT NULL DEFAULT '',
  updated_at INTEGER NOT NULL,
  updated_by INTEGER
) STRICT;

-- Days that are not as their weekday: own ones, and those of a notice that the program did not bring (source 'notice', of
-- the company alone).
CREATE TABLE working_day (
  department_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  date TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  off INTEGER NOT NULL,
  PRIMARY KEY (department_id, source, date)
) STRICT;

-- Counts changes of working time, so that every replica knows when to forget what it holds in memory.
CREATE TABLE calendar_version (version INTEGER NOT NULL) STRICT;
INSERT INTO calendar_version (version) VALUES (1);

-- Passwords for programs that fetch calendars and address books. Known by a hash, shown once; good for nothing else.
CREATE TABLE app_password (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER,
  agent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX ux_app_password_password_hash ON app_password (password_hash);
CREATE INDEX ix_app_password_user ON app_password (user_id, id);

-- How programs call the follow-ups that they planned: the name of the file and the UID in it, which they expect to find again.
CREATE TABLE dav_name (
  user_id INTEGER NOT NULL REFERENCES account (id),
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  followup_id INTEGER NOT NULL REFERENCES followup (id),
  uid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, collection, name)
) STRICT;
CREATE INDEX ix_dav_name_followup ON dav_name (followup_id);
