-- Numbers that are verified by a code in a text message.
ALTER TABLE contact ADD COLUMN mobile_verified_at INTEGER;
ALTER TABLE lead ADD COLUMN phone_verified_at INTEGER;

-- Codes that were sent, kept for as long as they count against what may be sent. Number and code are digests by a key that
-- is not in the database; code is empty once it cannot be used any more. Without a record it was a test.
CREATE TABLE sms_code (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account (id),
  number TEXT NOT NULL,
  entity TEXT NOT NULL DEFAULT '',
  record_id INTEGER,
  field TEXT NOT NULL DEFAULT '',
  code TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_sms_code_number ON sms_code (number, created_at);
CREATE INDEX ix_sms_code_user ON sms_code (user_id, created_at);
CREATE INDEX ix_sms_code_created ON sms_code (created_at);
CREATE INDEX ix_sms_code_record ON sms_code (record_id) WHERE record_id IS NOT NULL;
