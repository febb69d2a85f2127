-- Customers, their contacts, follow-ups, stages and files, and the search index.

CREATE TABLE customer (
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
  code TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  name_key TEXT NOT NULL DEFAULT '',
  norm_name TEXT NOT NULL DEFAULT '',
  core_name TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',
  roles TEXT NOT NULL DEFAULT '',
  mnemonic TEXT NOT NULL DEFAULT '',
  credit_code TEXT NOT NULL DEFAULT '',
  industry TEXT NOT NULL DEFAULT '',
  size TEXT NOT NULL DEFAULT '',
  region TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  delivery_address TEXT NOT NULL DEFAULT '',
  unwelcome_time TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  source_detail TEXT NOT NULL DEFAULT '',
  referred_by INTEGER REFERENCES customer (id),
  tags TEXT NOT NULL DEFAULT '',
  need TEXT NOT NULL DEFAULT '',
  stage TEXT NOT NULL DEFAULT '',
  stage_since INTEGER,
  loss_reason TEXT NOT NULL DEFAULT '',
  stage_note TEXT NOT NULL DEFAULT '',
  deal_status TEXT NOT NULL DEFAULT '',
  grade TEXT NOT NULL DEFAULT '',
  grade_reason TEXT NOT NULL DEFAULT '',
  expected_amount INTEGER,
  expected_amount_max INTEGER,
  main_contact TEXT NOT NULL DEFAULT '',
  main_phone TEXT NOT NULL DEFAULT '',
  first_contact_on TEXT NOT NULL DEFAULT '',
  last_followup_at INTEGER,
  next_followup_at INTEGER,
  next_planned_at INTEGER,
  cadence_days INTEGER,
  verified_at INTEGER,
  business_from TEXT NOT NULL DEFAULT '',
  business_to TEXT NOT NULL DEFAULT '',
  founded_on TEXT NOT NULL DEFAULT '',
  employees INTEGER,
  annual_revenue INTEGER,
  registered_capital INTEGER,
  legal_representative TEXT NOT NULL DEFAULT '',
  main_business TEXT NOT NULL DEFAULT '',
  main_products TEXT NOT NULL DEFAULT '',
  website TEXT NOT NULL DEFAULT '',
  organisation_form TEXT NOT NULL DEFAULT '',
  bank TEXT NOT NULL DEFAULT '',
  bank_account TEXT NOT NULL DEFAULT '',
  tax_number TEXT NOT NULL DEFAULT '',
  parent_id INTEGER REFERENCES customer (id),
  store_count INTEGER,
  remark TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX ux_customer_code ON customer (code) WHERE code <> '';
CREATE UNIQUE INDEX ux_customer_credit_code ON customer (credit_code) WHERE credit_code <> '';
CREATE INDEX ix_customer_norm_name ON customer (norm_name);
CREATE INDEX ix_customer_core_name ON customer (core_name);
CREATE INDEX ix_customer_name_key ON customer (name_key, id);
CREATE INDEX ix_customer_owner ON customer (owner_id, id);
CREATE INDEX ix_customer_department ON customer (department_id, id);
CREATE INDEX ix_customer_archived ON customer (id) WHERE archived_at IS NOT NULL;
CREATE INDEX ix_customer_stage ON customer (stage, id);
-- sqlite
CREATE INDEX ix_customer_next ON customer (next_followup_at, id);
CREATE INDEX ix_customer_updated ON customer (updated_at, id);
-- postgres
CREATE INDEX ix_customer_next ON customer (next_followup_at NULLS FIRST, id);
CREATE INDEX ix_customer_updated ON customer (updated_at NULLS FIRST, id);
-- all
CREATE INDEX ix_customer_parent ON customer (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ix_customer_referred_by ON customer (referred_by) WHERE referred_by IS NOT NULL;

CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL DEFAULT '',
  main INTEGER NOT NULL DEFAULT 0,
  gender TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  department TEXT NOT NULL DEFAULT '',
  mobile TEXT NOT NULL DEFAULT '',
  landline TEXT NOT NULL DEFAULT '',
  other_phones TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  wechat TEXT NOT NULL DEFAULT '',
  qq TEXT NOT NULL DEFAULT '',
  birthday TEXT NOT NULL DEFAULT '',
  birthday_on TEXT NOT NULL DEFAULT '',
  greeted_at INTEGER,
  address TEXT NOT NULL DEFAULT '',
  decision_role TEXT NOT NULL DEFAULT '',
  attitude TEXT NOT NULL DEFAULT '',
  reports_to INTEGER REFERENCES contact (id),
  remark TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_contact_customer ON contact (customer_id, id);
CREATE INDEX ix_contact_mobile ON contact (mobile) WHERE mobile <> '';
CREATE INDEX ix_contact_landline ON contact (landline) WHERE landline <> '';
CREATE INDEX ix_contact_birthday_on ON contact (birthday_on) WHERE birthday_on <> '';
CREATE INDEX ix_contact_name_key ON contact (name_key, id);
CREATE INDEX ix_contact_reports_to ON contact (reports_to) WHERE reports_to IS NOT NULL;

CREATE TABLE followup (
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
  customer_id INTEGER REFERENCES customer (id),
  contact_id INTEGER REFERENCES contact (id),
  way TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  planned_at INTEGER,
  minutes INTEGER,
  purpose TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  participant_ids TEXT NOT NULL DEFAULT '',
  remind TEXT NOT NULL DEFAULT '',
  later_reason TEXT NOT NULL DEFAULT '',
  first_planned_at INTEGER,
  planned_set_at INTEGER,
  postponed INTEGER,
  postpone_reason TEXT NOT NULL DEFAULT '',
  cancel_reason TEXT NOT NULL DEFAULT '',
  planned_by INTEGER REFERENCES account (id),
  happened_at INTEGER,
  recorded_at INTEGER,
  content TEXT NOT NULL DEFAULT '',
  feedback TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT '',
  next_action TEXT NOT NULL DEFAULT '',
  next_at INTEGER,
  stage TEXT NOT NULL DEFAULT '',
  late INTEGER NOT NULL DEFAULT 0,
  checked_in_at INTEGER,
  checked_in_place TEXT NOT NULL DEFAULT '',
  position TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_followup_customer ON followup (customer_id, happened_at);
CREATE INDEX ix_followup_contact ON followup (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX ix_followup_owner ON followup (owner_id, id);
CREATE INDEX ix_followup_planned_by ON followup (planned_by) WHERE planned_by IS NOT NULL;
CREATE INDEX ix_followup_planned ON followup (customer_id, planned_at) WHERE state = 'planned';
CREATE INDEX ix_followup_calendar ON followup (planned_at, owner_id) WHERE planned_at IS NOT NULL;
CREATE INDEX ix_followup_department ON followup (department_id, id);
-- sqlite
CREATE INDEX ix_followup_happened ON followup (happened_at, id);
-- postgres
CREATE INDEX ix_followup_happened ON followup (happened_at NULLS FIRST, id);
-- all

CREATE TABLE stage_change (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  from_stage TEXT NOT NULL DEFAULT '',
  to_stage TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_stage_change_customer ON stage_change (customer_id, id);

CREATE TABLE attachment (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  customer_id INTEGER REFERENCES customer (id),
  contact_id INTEGER REFERENCES contact (id),
  followup_id INTEGER REFERENCES followup (id),
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL DEFAULT '',
  sha256 TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_attachment_customer ON attachment (customer_id, id);
CREATE INDEX ix_attachment_contact ON attachment (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX ix_attachment_followup ON attachment (followup_id) WHERE followup_id IS NOT NULL;
CREATE INDEX ix_attachment_sha256 ON attachment (sha256);

CREATE TABLE saved_view (
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
  name TEXT NOT NULL,
  entity TEXT NOT NULL,
  scope TEXT NOT NULL,
  search TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX ix_saved_view_owner ON saved_view (owner_id, entity);

-- sqlite
CREATE VIRTUAL TABLE search USING fts5 (terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('hashsize', 4194304); -- bytes collected before a write: an import has many
-- postgres
CREATE TABLE search (id INTEGER PRIMARY KEY, terms tsvector NOT NULL);
ALTER TABLE search ALTER COLUMN terms SET STATISTICS 2000;
CREATE INDEX ix_search_terms ON search USING gin (terms) WITH (fastupdate = off);
-- all
