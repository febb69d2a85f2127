-- Reports of a month as they were when they were frozen. Rows never change.

CREATE TABLE report_archive (
  id INTEGER PRIMARY KEY,
  month TEXT NOT NULL,
  report TEXT NOT NULL,
  title TEXT NOT NULL,
  data TEXT NOT NULL,
  computed_at INTEGER NOT NULL,
  computed_by INTEGER REFERENCES account (id)
) STRICT;
CREATE UNIQUE INDEX ux_report_archive_month_report ON report_archive (month, report);
CREATE INDEX ix_report_archive_computed_by ON report_archive (computed_by) WHERE computed_by IS NOT NULL;

-- Leads are counted by the moment they were registered.
CREATE INDEX ix_lead_created ON lead (created_at);
