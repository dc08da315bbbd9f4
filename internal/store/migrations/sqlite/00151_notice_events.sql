-- What came back of a notice, addresses that do not work, reminders that are not
-- wanted. Its twin is ../postgres/00151_notice_events.sql; why stands there.

-- +goose Up

ALTER TABLE notices ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notices_label ON notices (label) WHERE label <> '';
CREATE INDEX receipts_provider ON receipts (provider_id) WHERE provider_id <> '';

CREATE TABLE notice_events (
  notice_id   TEXT NOT NULL REFERENCES notices (id),
  office_id   TEXT NOT NULL,
  happened_at INTEGER NOT NULL,
  what        TEXT NOT NULL,
  code        TEXT NOT NULL,
  actor       TEXT NOT NULL,
  CONSTRAINT notice_events_pkey PRIMARY KEY (notice_id, happened_at, what)
) STRICT;

CREATE TABLE bad_addresses (
  address_hash TEXT NOT NULL,
  code         TEXT NOT NULL,
  noted_at     INTEGER NOT NULL,
  CONSTRAINT bad_addresses_pkey PRIMARY KEY (address_hash)
) STRICT;

CREATE TABLE reminders_stopped (
  subject_id TEXT NOT NULL,
  stopped_at INTEGER NOT NULL,
  CONSTRAINT reminders_stopped_pkey PRIMARY KEY (subject_id)
) STRICT;
