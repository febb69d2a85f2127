-- What people are told: in the page, and outside it by push, mail and the robots of chat groups.

-- The order in which notes were committed: whoever tells takes numbers from here and holds the row until the commit, so
-- that nobody who has seen one number misses a smaller one.
CREATE TABLE note_feed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO note_feed (one, last) VALUES (1, 0);

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  to_id INTEGER NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  sentence TEXT NOT NULL,
  params TEXT NOT NULL DEFAULT '{}',
  by_id INTEGER,
  entity TEXT NOT NULL DEFAULT '',
  record_id INTEGER,
  page TEXT NOT NULL DEFAULT '',
  urgent INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  read_at INTEGER
) STRICT;
CREATE UNIQUE INDEX ux_note_to_id_key ON note (to_id, key);
CREATE UNIQUE INDEX ux_note_seq ON note (seq);
CREATE INDEX ix_note_to ON note (to_id, seq);
CREATE INDEX ix_note_unread ON note (to_id, seq) WHERE read_at IS NULL;

-- What a user chose: channels by kind, quiet hours, what is muted, the hour of the digest. JSON, as the program reads it.
CREATE TABLE note_preference (
  user_id INTEGER PRIMARY KEY REFERENCES account (id),
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- The day whose digest a user has had, or had nothing to hear in.
CREATE TABLE note_digest (
  user_id INTEGER PRIMARY KEY REFERENCES account (id),
  day TEXT NOT NULL
) STRICT;

-- How far notes have been turned into deliveries.
CREATE TABLE delivery_plan (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  planned INTEGER NOT NULL
) STRICT;
INSERT INTO delivery_plan (one, planned) VALUES (1, 0);

-- One message to one place outside: a browser, an address, a chat group. It says one note, or several that were held
-- back together; its id is the key by which the receiver knows a repetition. Due_at is when it may be tried next: its
-- time, the end of the lease of who is trying, or that of the wait after a failure. Set_at is when due_at was worked out.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  target_id INTEGER NOT NULL,
  user_id INTEGER,
  bundle TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  set_at INTEGER NOT NULL,
  lease INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX ix_delivery_waiting ON delivery (due_at, set_at) WHERE state = 'waiting';
CREATE INDEX ix_delivery_failed ON delivery (id) WHERE state = 'failed';
CREATE INDEX ix_delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX ux_delivery_open ON delivery (channel, target_id, bundle) WHERE bundle <> '';

-- What a delivery says. A place hears of one thing once, however many people are told of it.
CREATE TABLE delivery_note (
  channel TEXT NOT NULL,
  target_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  note_id INTEGER NOT NULL REFERENCES note (id),
  delivery_id INTEGER NOT NULL REFERENCES delivery (id),
  PRIMARY KEY (key, channel, target_id)
) STRICT;
CREATE INDEX ix_delivery_note_delivery ON delivery_note (delivery_id);
CREATE INDEX ix_delivery_note_note ON delivery_note (note_id);

-- A browser that wants to be pushed to, as long as the session it asked with lasts.
CREATE TABLE push_subscription (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  session_id INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE UNIQUE INDEX ux_push_subscription_endpoint ON push_subscription (endpoint);
CREATE INDEX ix_push_subscription_user ON push_subscription (user_id);

-- The robot of a chat group. Its address and secret are sealed: sealed_setting 'robot:<id>'.
CREATE TABLE robot (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  service TEXT NOT NULL,
  department_id INTEGER REFERENCES department (id),
  kinds TEXT NOT NULL DEFAULT '[]',
  titles INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL DEFAULT '',
  active INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER
) STRICT;
