-- What a person does after booking. Its twin is ../postgres/00100_manage.sql,
-- where it stands why each column is as it is.

-- +goose Up

ALTER TABLE appointments ADD COLUMN told          TEXT    NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN relation      TEXT    NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN document_note TEXT    NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN proved_at     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN prove_until   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN change_id     TEXT    NOT NULL DEFAULT '';
CREATE INDEX appointments_unproved ON appointments (prove_until) WHERE status = 'pending';
CREATE INDEX appointments_email ON appointments (email) WHERE email <> '';
CREATE INDEX appointments_phone ON appointments (phone) WHERE email = '';

ALTER TABLE holds ADD COLUMN extended INTEGER NOT NULL DEFAULT 0;

ALTER TABLE notices ADD COLUMN recipient TEXT NOT NULL DEFAULT '';

CREATE TABLE codes (
  purpose   TEXT NOT NULL,
  subject   TEXT NOT NULL,
  office_id TEXT NOT NULL,
  issue     INTEGER NOT NULL,
  tries     INTEGER NOT NULL,
  issues    INTEGER NOT NULL,
  since     INTEGER NOT NULL,
  until_at  INTEGER NOT NULL,
  before_at INTEGER NOT NULL,
  before_issue INTEGER NOT NULL,
  unsent    INTEGER NOT NULL,
  version   INTEGER NOT NULL,
  CONSTRAINT codes_pkey PRIMARY KEY (purpose, subject)
) STRICT;
CREATE INDEX codes_unsent ON codes (since) WHERE unsent = 1;
