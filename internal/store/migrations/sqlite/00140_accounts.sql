-- Accounts of staff. Its twin is ../postgres/00140_accounts.sql; why each table is
-- as it is stands there.

-- +goose Up

ALTER TABLE users ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN totp BLOB;
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN outside TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_outside ON users (outside) WHERE outside <> '';

CREATE TABLE staff_sessions (
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  epoch      INTEGER NOT NULL,
  begun_at   INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  client     TEXT NOT NULL,
  CONSTRAINT staff_sessions_pkey PRIMARY KEY (id)
) STRICT;
CREATE INDEX staff_sessions_user ON staff_sessions (user_id);

CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL,
  hash    BLOB NOT NULL,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, hash)
) STRICT;

CREATE TABLE access_tokens (
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  hash       BLOB NOT NULL,
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL,
  CONSTRAINT access_tokens_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX access_tokens_hash ON access_tokens (hash);
CREATE INDEX access_tokens_user ON access_tokens (user_id);

CREATE TABLE tries (
  key     TEXT NOT NULL,
  wrong   INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  CONSTRAINT tries_pkey PRIMARY KEY (key)
) STRICT;
CREATE INDEX tries_next ON tries (next_at);

CREATE TABLE deeds (
  id          TEXT NOT NULL,
  happened_at INTEGER NOT NULL,
  user_id     TEXT NOT NULL,
  login       TEXT NOT NULL,
  action      TEXT NOT NULL,
  office_id   TEXT NOT NULL,
  subject     TEXT NOT NULL,
  CONSTRAINT deeds_pkey PRIMARY KEY (id)
) STRICT;
