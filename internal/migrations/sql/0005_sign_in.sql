-- Signing in: second factors, the steps on the way in, links sent by mail, single sign-on, and the log of it all.

-- Who has a role with it must have a second factor.
ALTER TABLE role ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0;

-- How the user showed who they are, when they last did, and whether they have to set up a second factor before anything
-- else.
ALTER TABLE session ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN confirmed_at INTEGER;
ALTER TABLE session ADD COLUMN must_enrol INTEGER NOT NULL DEFAULT 0;

ALTER TABLE api_token ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
ALTER TABLE api_token ADD COLUMN rows_a_day INTEGER NOT NULL DEFAULT 0;

-- How many records a token with a budget has taken out, by day.
CREATE TABLE api_token_use (
  token_id INTEGER NOT NULL,
  day TEXT NOT NULL,
  taken INTEGER NOT NULL,
  PRIMARY KEY (token_id, day)
);

-- The log tells more than success and failure of passwords; result names what happened.
ALTER TABLE signin_log ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE signin_log ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE signin_log ADD COLUMN by_id INTEGER;
UPDATE signin_log SET result = 'signed_in', method = 'password' WHERE result = 'ok';
UPDATE signin_log SET result = 'failed', method = 'password', reason = 'password' WHERE result = 'wrong';

-- The seed is sealed. Confirmed once a code was shown; last_step is the newest code used, so that none works twice.
CREATE TABLE totp (
  user_id INTEGER PRIMARY KEY REFERENCES account (id),
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  last_step INTEGER NOT NULL DEFAULT 0
);

-- Hashed like passwords; a used one goes.
CREATE TABLE recovery_code (
  user_id INTEGER NOT NULL REFERENCES account (id),
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, hash)
);

CREATE TABLE passkey (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  credential_id TEXT NOT NULL,
  data TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  seen_at INTEGER
);
CREATE UNIQUE INDEX ux_passkey_credential_id ON passkey (credential_id);
CREATE INDEX ix_passkey_user ON passkey (user_id);

-- Who a user is to the provider of single sign-on.
CREATE TABLE identity (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  seen_at INTEGER
);
CREATE UNIQUE INDEX ux_identity_issuer_subject ON identity (issuer, subject);
CREATE INDEX ix_identity_user ON identity (user_id);

-- What somebody on the way in has shown so far; minutes old. Data is sealed.
CREATE TABLE signin_step (
  secret_hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  user_id INTEGER,
  data TEXT NOT NULL DEFAULT '',
  tries INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL
);
CREATE INDEX ix_signin_step_expires ON signin_step (expires_at);

-- Links by which somebody sets their password, once.
CREATE TABLE signin_link (
  secret_hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  purpose TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  expires_at INTEGER NOT NULL
);
CREATE INDEX ix_signin_link_user ON signin_link (user_id);

-- Settings that hold secrets: of the mail server, of single sign-on.
CREATE TABLE sealed_setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER
);
