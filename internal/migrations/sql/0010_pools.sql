-- Where customers and leads lie that nobody owns, until somebody takes them.

CREATE TABLE pool (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  holds TEXT NOT NULL DEFAULT '', -- an entity
  member_ids TEXT NOT NULL DEFAULT '',
  department_ids TEXT NOT NULL DEFAULT '', -- with those below
  admin_ids TEXT NOT NULL DEFAULT '',
  hidden TEXT NOT NULL DEFAULT '', -- fields, as "field" or "contact.mobile"
  recycle TEXT NOT NULL DEFAULT '',
  claim_daily INTEGER,
  hold_user INTEGER,
  hold_department INTEGER,
  hold_won INTEGER NOT NULL DEFAULT 0,
  cool_days INTEGER,
  remark TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX ux_pool_name ON pool (name);

-- What was taken out of pools and put into them.
CREATE TABLE pool_move (
  id INTEGER PRIMARY KEY,
  pool_id INTEGER NOT NULL REFERENCES pool (id),
  entity TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  move TEXT NOT NULL, -- claim, assign, put, fall
  user_id INTEGER REFERENCES account (id), -- who took it or gave it up
  by_id INTEGER REFERENCES account (id), -- whose doing it is; none for a rule
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_pool_move_pool ON pool_move (pool_id, user_id, at);
CREATE INDEX ix_pool_move_record ON pool_move (record_id, at);
CREATE INDEX ix_pool_move_user ON pool_move (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX ix_pool_move_by ON pool_move (by_id) WHERE by_id IS NOT NULL;

ALTER TABLE customer ADD COLUMN pool_id INTEGER REFERENCES pool (id);
ALTER TABLE customer ADD COLUMN pool_since INTEGER;
ALTER TABLE customer ADD COLUMN pool_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN pool_note TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN pool_days INTEGER;
ALTER TABLE customer ADD COLUMN former_owner_id INTEGER REFERENCES account (id);
ALTER TABLE customer ADD COLUMN owned_since INTEGER;
ALTER TABLE customer ADD COLUMN falls_at INTEGER;
ALTER TABLE customer ADD COLUMN falls_to INTEGER REFERENCES pool (id);
ALTER TABLE customer ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
UPDATE customer SET owned_since = created_at WHERE owner_id IS NOT NULL;
CREATE INDEX ix_customer_pool ON customer (pool_id, pool_since) WHERE pool_id IS NOT NULL;
CREATE INDEX ix_customer_falls ON customer (falls_at) WHERE falls_at IS NOT NULL;
CREATE INDEX ix_customer_falls_to ON customer (falls_to) WHERE falls_to IS NOT NULL;
CREATE INDEX ix_customer_former_owner ON customer (former_owner_id) WHERE former_owner_id IS NOT NULL;

ALTER TABLE lead ADD COLUMN pool_id INTEGER REFERENCES pool (id);
ALTER TABLE lead ADD COLUMN pool_since INTEGER;
ALTER TABLE lead ADD COLUMN pool_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN pool_note TEXT NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN pool_days INTEGER;
ALTER TABLE lead ADD COLUMN former_owner_id INTEGER REFERENCES account (id);
ALTER TABLE lead ADD COLUMN owned_since INTEGER;
ALTER TABLE lead ADD COLUMN falls_at INTEGER;
ALTER TABLE lead ADD COLUMN falls_to INTEGER REFERENCES pool (id);
ALTER TABLE lead ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
UPDATE lead SET owned_since = created_at WHERE owner_id IS NOT NULL;
CREATE INDEX ix_lead_pool ON lead (pool_id, pool_since) WHERE pool_id IS NOT NULL;
CREATE INDEX ix_lead_falls ON lead (falls_at) WHERE falls_at IS NOT NULL;
CREATE INDEX ix_lead_falls_to ON lead (falls_to) WHERE falls_to IS NOT NULL;
CREATE INDEX ix_lead_former_owner ON lead (former_owner_id) WHERE former_owner_id IS NOT NULL;

-- Who asked whether a customer or lead exists, and what was answered.
CREATE TABLE clash_query (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  at INTEGER NOT NULL,
  asked TEXT NOT NULL, -- name, phone or credit_code
  typed TEXT NOT NULL,
  found INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_clash_query_user ON clash_query (user_id, at);
CREATE INDEX ix_clash_query_at ON clash_query (at);
CREATE TABLE clash_hit (
  id INTEGER PRIMARY KEY, -- what the answer calls the record
  query_id INTEGER NOT NULL REFERENCES clash_query (id),
  entity TEXT NOT NULL,
  record_id INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_clash_hit_query ON clash_hit (query_id);

-- Somebody wants to take a record over, or to work on it together.
CREATE TABLE clash_request (
  id INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  wants TEXT NOT NULL, -- take_over, collaborate
  reason TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL, -- open, accepted, refused, withdrawn, over
  user_id INTEGER NOT NULL REFERENCES account (id),
  owner_id INTEGER REFERENCES account (id), -- when it was asked
  asked_at INTEGER NOT NULL,
  decided_by INTEGER REFERENCES account (id),
  decided_at INTEGER,
  decision TEXT NOT NULL DEFAULT '' -- why
) STRICT;
CREATE INDEX ix_clash_request_state ON clash_request (state, asked_at);
CREATE INDEX ix_clash_request_user ON clash_request (user_id, asked_at);
CREATE INDEX ix_clash_request_record ON clash_request (record_id);
CREATE INDEX ix_clash_request_owner ON clash_request (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX ix_clash_request_decided_by ON clash_request (decided_by) WHERE decided_by IS NOT NULL;
CREATE UNIQUE INDEX ux_clash_request_open ON clash_request (user_id, record_id) WHERE state = 'open';
