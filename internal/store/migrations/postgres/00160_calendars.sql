-- Calendars of staff, links that can be replaced, and what a node must look for
-- to learn which calendars moved on.

-- +goose Up

ALTER TABLE feeds ADD COLUMN owner_id TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN office_id TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN show_service INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
-- One of each for a member of staff. The feeds that bookings open are in neither
-- index: they have no owner and have not changed.
CREATE UNIQUE INDEX feeds_owned ON feeds (owner_id, kind, office_id) WHERE owner_id <> '' AND revoked_at = 0;
CREATE INDEX feeds_changed ON feeds (changed_at) WHERE changed_at > 0;

-- The nodes ask every other second which appointments moved on.
CREATE INDEX appointments_updated ON appointments (updated_at);

-- Passwords of programs: each opens one user's calendar over CalDAV and nothing
-- else. They are random, so a plain SHA-256 is kept.
CREATE TABLE app_passwords (
  id          TEXT COLLATE "C" NOT NULL,
  owner_id    TEXT COLLATE "C" NOT NULL,
  label       TEXT NOT NULL,
  secret_hash BYTEA NOT NULL,
  created_at  BIGINT NOT NULL,
  used_at     BIGINT NOT NULL,
  CONSTRAINT app_passwords_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX app_passwords_secret ON app_passwords (secret_hash);
CREATE INDEX app_passwords_owner ON app_passwords (owner_id);
