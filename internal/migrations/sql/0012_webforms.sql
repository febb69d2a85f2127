-- Forms on a company's web site through which a visitor becomes a lead.

CREATE TABLE web_form (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER,
  archived_at INTEGER,
  custom TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  public_name TEXT NOT NULL DEFAULT '', -- in its address, random
  active INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL DEFAULT '', -- zh, en
  title TEXT NOT NULL DEFAULT '',
  intro TEXT NOT NULL DEFAULT '',
  fields TEXT NOT NULL DEFAULT '', -- what is asked, in order
  theme TEXT NOT NULL DEFAULT '',
  accent TEXT NOT NULL DEFAULT '', -- #rrggbb
  consent TEXT NOT NULL DEFAULT '',
  consent_required INTEGER NOT NULL DEFAULT 0,
  thanks TEXT NOT NULL DEFAULT '',
  redirect TEXT NOT NULL DEFAULT '',
  origins TEXT NOT NULL DEFAULT '', -- sites that may frame it
  receiver_id INTEGER REFERENCES account (id),
  source TEXT NOT NULL DEFAULT '',
  source_detail TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX ux_web_form_name ON web_form (name);
CREATE UNIQUE INDEX ux_web_form_public_name ON web_form (public_name) WHERE public_name <> '';
CREATE INDEX ix_web_form_receiver ON web_form (receiver_id);

-- How often a form was looked at and sent; apart from it, so that being counted changes no version.
CREATE TABLE web_form_count (
  form_id INTEGER PRIMARY KEY REFERENCES web_form (id),
  views INTEGER NOT NULL DEFAULT 0,
  submissions INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0, -- of them, those that made no lead
  dropped INTEGER NOT NULL DEFAULT 0 -- sent by programs
) STRICT;

-- What was sent. It holds nothing that a visitor typed: that is the lead's.
CREATE TABLE web_form_submission (
  id INTEGER PRIMARY KEY,
  form_id INTEGER NOT NULL REFERENCES web_form (id),
  form_version INTEGER NOT NULL, -- whose consent text was shown
  lead_id INTEGER NOT NULL REFERENCES lead (id), -- that it made, or that was there
  again INTEGER NOT NULL DEFAULT 0, -- it made no lead
  consented INTEGER NOT NULL DEFAULT 0,
  token TEXT NOT NULL, -- of the page that was sent: each is good once
  reach TEXT NOT NULL DEFAULT '', -- keyed digest of phone, mail or WeChat; forgotten after the time in which it counts
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ux_web_form_submission_token ON web_form_submission (token);
CREATE INDEX ix_web_form_submission_form ON web_form_submission (form_id, at);
CREATE INDEX ix_web_form_submission_lead ON web_form_submission (lead_id);
CREATE INDEX ix_web_form_submission_reach ON web_form_submission (at) WHERE reach <> '';

-- What was sent lately, for limits: by address, by form and for all. It is counted here so that all processes count together.
CREATE TABLE web_form_limit (
  name TEXT PRIMARY KEY, -- keyed digest of what is limited
  full_at INTEGER NOT NULL -- when as much may be sent at once as ever
) STRICT;
