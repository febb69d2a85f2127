-- Leads: who may become a customer (leads.md).

CREATE TABLE lead (
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
  company TEXT NOT NULL,
  company_key TEXT NOT NULL DEFAULT '',
  norm_name TEXT NOT NULL DEFAULT '',
  core_name TEXT NOT NULL DEFAULT '',
  contact_name TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  wechat TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  source_detail TEXT NOT NULL DEFAULT '',
  referred_by INTEGER REFERENCES customer (id),
  acquired_at INTEGER,
  received_by INTEGER REFERENCES account (id),
  lead_type TEXT NOT NULL DEFAULT '',
  industry TEXT NOT NULL DEFAULT '',
  region TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '',
  need TEXT NOT NULL DEFAULT '',
  budget INTEGER,
  budget_max INTEGER,
  purchase_on TEXT NOT NULL DEFAULT '',
  decision TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  late INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  grade TEXT NOT NULL DEFAULT '',
  score INTEGER,
  submitted_at INTEGER,
  reviewer_id INTEGER REFERENCES account (id),
  reviewed_at INTEGER,
  reviewed_by INTEGER REFERENCES account (id),
  opinion TEXT NOT NULL DEFAULT '',
  lacking TEXT NOT NULL DEFAULT '',
  returns INTEGER,
  passed_at INTEGER,
  park_until TEXT NOT NULL DEFAULT '',
  invalid_reason TEXT NOT NULL DEFAULT '',
  assigned_at INTEGER,
  first_plan_at INTEGER,
  contacted_at INTEGER,
  last_followup_at INTEGER,
  next_followup_at INTEGER,
  loss_reason TEXT NOT NULL DEFAULT '',
  competitor TEXT NOT NULL DEFAULT '',
  retry_on TEXT NOT NULL DEFAULT '',
  closed_note TEXT NOT NULL DEFAULT '',
  success_factors TEXT NOT NULL DEFAULT '',
  contract_number TEXT NOT NULL DEFAULT '',
  amount INTEGER,
  closed_at INTEGER,
  customer_id INTEGER REFERENCES customer (id),
  contact_id INTEGER REFERENCES contact (id),
  converted_at INTEGER,
  conversion INTEGER -- the operation that converted it
);
CREATE INDEX ix_lead_owner ON lead (owner_id, id);
CREATE INDEX ix_lead_department ON lead (department_id, id);
CREATE INDEX ix_lead_state ON lead (state, submitted_at);
CREATE INDEX ix_lead_next ON lead (next_followup_at) WHERE next_followup_at IS NOT NULL;
CREATE INDEX ix_lead_company ON lead (company_key);
CREATE INDEX ix_lead_norm ON lead (norm_name) WHERE norm_name <> '';
CREATE INDEX ix_lead_core ON lead (core_name) WHERE core_name <> '';
CREATE INDEX ix_lead_phone ON lead (phone) WHERE phone <> '';
CREATE INDEX ix_lead_referred ON lead (referred_by) WHERE referred_by IS NOT NULL;
CREATE INDEX ix_lead_received ON lead (received_by) WHERE received_by IS NOT NULL;
CREATE INDEX ix_lead_reviewer ON lead (reviewer_id) WHERE reviewer_id IS NOT NULL;
CREATE INDEX ix_lead_reviewed ON lead (reviewed_by) WHERE reviewed_by IS NOT NULL;
CREATE INDEX ix_lead_customer ON lead (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX ix_lead_contact ON lead (contact_id) WHERE contact_id IS NOT NULL;

-- What was decided about a lead, and when it was resubmitted.
CREATE TABLE lead_review (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  lead_id INTEGER NOT NULL REFERENCES lead (id),
  result TEXT NOT NULL,
  grade TEXT NOT NULL DEFAULT '',
  score INTEGER,
  opinion TEXT NOT NULL DEFAULT '',
  lacking TEXT NOT NULL DEFAULT '',
  park_until TEXT NOT NULL DEFAULT '',
  invalid_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ix_lead_review_lead ON lead_review (lead_id, id);

ALTER TABLE followup ADD COLUMN lead_id INTEGER REFERENCES lead (id);
ALTER TABLE followup ADD COLUMN lead_state TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_followup_lead ON followup (lead_id, happened_at) WHERE lead_id IS NOT NULL;

ALTER TABLE attachment ADD COLUMN lead_id INTEGER REFERENCES lead (id);
CREATE INDEX ix_attachment_lead ON attachment (lead_id, id) WHERE lead_id IS NOT NULL;
