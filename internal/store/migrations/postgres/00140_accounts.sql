-- Accounts of staff. Its twin is ../sqlite/00140_accounts.sql; the two must hold the
-- same tables, columns and names of constraints.

-- +goose Up

-- epoch: sessions of an earlier one are over, on every node, whatever they hold.
-- totp: the sealed secret; totp_step: the last time step whose code was used.
-- outside: issuer and subject at an identity provider.
ALTER TABLE users ADD COLUMN must_change SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN totp BYTEA;
ALTER TABLE users ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN outside TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_outside ON users (outside) WHERE outside <> '';

-- Who is signed in. The table sessions holds what belongs to a cookie and names
-- one of these; taking a row away here ends the sign-in.
CREATE TABLE staff_sessions (
  id         TEXT COLLATE "C" NOT NULL,
  user_id    TEXT COLLATE "C" NOT NULL,
  epoch      BIGINT NOT NULL,
  begun_at   BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  client     TEXT   NOT NULL,
  CONSTRAINT staff_sessions_pkey PRIMARY KEY (id)
);
CREATE INDEX staff_sessions_user ON staff_sessions (user_id);

CREATE TABLE recovery_codes (
  user_id TEXT COLLATE "C" NOT NULL,
  hash    BYTEA NOT NULL,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, hash)
);

CREATE TABLE access_tokens (
  id         TEXT COLLATE "C" NOT NULL,
  user_id    TEXT COLLATE "C" NOT NULL,
  name       TEXT   NOT NULL,
  hash       BYTEA  NOT NULL,
  role       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  CONSTRAINT access_tokens_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX access_tokens_hash ON access_tokens (hash);
CREATE INDEX access_tokens_user ON access_tokens (user_id);

-- Wrong passwords, by a keyed hash of login and client.
CREATE TABLE tries (
  key     TEXT COLLATE "C" NOT NULL,
  wrong   BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  CONSTRAINT tries_pkey PRIMARY KEY (key)
);
CREATE INDEX tries_next ON tries (next_at);

-- What staff did. Ids are in the order of time.
CREATE TABLE deeds (
  id          TEXT COLLATE "C" NOT NULL,
  happened_at BIGINT NOT NULL,
  user_id     TEXT COLLATE "C" NOT NULL,
  login       TEXT   NOT NULL,
  action      TEXT   NOT NULL,
  office_id   TEXT COLLATE "C" NOT NULL,
  subject     TEXT   NOT NULL,
  CONSTRAINT deeds_pkey PRIMARY KEY (id)
);
