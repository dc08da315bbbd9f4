-- What a person does after booking: prove an address, correct what the office
-- knows of them, find the appointment again. Its twin is ../sqlite/00100_manage.sql.

-- +goose Up

-- told and relation name who is written to when that is not who comes. proved_at
-- is when the address was proved by a code (0: never), prove_until by when a
-- pending appointment must be. change_id names the write that made the row what it
-- is, so that a writer who never heard the answer finds its own write.
ALTER TABLE appointments
  ADD COLUMN told          TEXT   NOT NULL DEFAULT '',
  ADD COLUMN relation      TEXT   NOT NULL DEFAULT '',
  ADD COLUMN document_note TEXT   NOT NULL DEFAULT '',
  ADD COLUMN proved_at     BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN prove_until   BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN change_id     TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX appointments_unproved ON appointments (prove_until) WHERE status = 'pending';
CREATE INDEX appointments_email ON appointments (email) WHERE email <> '';
CREATE INDEX appointments_phone ON appointments (phone) WHERE email = '';

ALTER TABLE holds
  ADD COLUMN extended INTEGER NOT NULL DEFAULT 0; -- 1: its time was lengthened, which is done once

-- An address that is no longer the appointment's, for the one notice that tells
-- it so; '' is the appointment's own. Emptied when the notice is settled.
ALTER TABLE notices
  ADD COLUMN recipient TEXT NOT NULL DEFAULT '';

-- Six-digit codes that were asked for. The digits are derived from the secret and
-- never stored. subject is an appointment's id (purpose 'prove') or a reference
-- (purpose 'find'), whether or not there is such an appointment.
CREATE TABLE codes (
  purpose     TEXT COLLATE "C" NOT NULL,
  subject     TEXT COLLATE "C" NOT NULL,
  office_id   TEXT COLLATE "C" NOT NULL,
  issue       INTEGER NOT NULL,
  tries       INTEGER NOT NULL,
  issues      INTEGER NOT NULL,
  since       BIGINT  NOT NULL,
  until_at    BIGINT  NOT NULL,
  before_at   BIGINT  NOT NULL,
  before_issue INTEGER NOT NULL,
  unsent      INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  CONSTRAINT codes_pkey PRIMARY KEY (purpose, subject)
);
CREATE INDEX codes_unsent ON codes (since) WHERE unsent = 1;
