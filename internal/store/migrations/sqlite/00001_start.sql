-- The first tables of Mawid on SQLite. Its twin is ../postgres/00001_start.sql;
-- the two must hold the same tables, columns and names of constraints. Why each
-- table is as it is stands there.

-- +goose Up

CREATE TABLE catalogue (
  version INTEGER NOT NULL,
  data    TEXT NOT NULL,
  CONSTRAINT catalogue_pkey PRIMARY KEY (version)
) STRICT;

CREATE TABLE catalogue_state (
  id      INTEGER NOT NULL CHECK (id = 1),
  version INTEGER NOT NULL,
  CONSTRAINT catalogue_state_pkey PRIMARY KEY (id)
) STRICT;
INSERT INTO catalogue_state (id, version) VALUES (1, 0);

CREATE TABLE days (
  pool_id      TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  date         TEXT NOT NULL,
  first_minute INTEGER NOT NULL,
  places       BLOB NOT NULL,
  taken        BLOB NOT NULL,
  version      INTEGER NOT NULL,
  CONSTRAINT days_pkey PRIMARY KEY (pool_id, date)
) STRICT;

-- A day whose taken exceeds its places is refused here, as the CHECK does on
-- PostgreSQL. A trigger may not hold a recursive query, so positions come from a
-- table; it is longer than any day (24 hours × 12 ticks × 2 shares = 576 bytes).
CREATE TABLE positions (n INTEGER NOT NULL PRIMARY KEY) STRICT;
INSERT INTO positions (n)
  WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 1024)
  SELECT n FROM up;

-- +goose StatementBegin
CREATE TRIGGER days_sound_insert BEFORE INSERT ON days
WHEN length(NEW.places) <> length(NEW.taken) OR length(NEW.taken) > 1024 OR EXISTS (
  SELECT 1 FROM positions
  WHERE n <= length(NEW.taken) AND substr(NEW.taken, n, 1) > substr(NEW.places, n, 1)
)
BEGIN
  SELECT RAISE(ABORT, 'day_overfull');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER days_sound_update BEFORE UPDATE ON days
WHEN length(NEW.places) <> length(NEW.taken) OR length(NEW.taken) > 1024 OR EXISTS (
  SELECT 1 FROM positions
  WHERE n <= length(NEW.taken) AND substr(NEW.taken, n, 1) > substr(NEW.places, n, 1)
)
BEGIN
  SELECT RAISE(ABORT, 'day_overfull');
END;
-- +goose StatementEnd

CREATE TABLE holds (
  id           TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  service_id   TEXT NOT NULL,
  pool_id      TEXT NOT NULL,
  date         TEXT NOT NULL,
  start_minute INTEGER NOT NULL,
  ticks        INTEGER NOT NULL,
  share        INTEGER NOT NULL,
  zone         TEXT NOT NULL,
  starts_at    INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL,
  party        INTEGER NOT NULL,
  state        TEXT NOT NULL,
  expires_at   INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  CONSTRAINT holds_pkey PRIMARY KEY (id)
) STRICT;
CREATE INDEX holds_live ON holds (expires_at) WHERE state = 'live';

CREATE TABLE appointments (
  id           TEXT NOT NULL,
  reference    TEXT NOT NULL,
  status       TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  service_id   TEXT NOT NULL,
  pool_id      TEXT NOT NULL,
  date         TEXT NOT NULL,
  start_minute INTEGER NOT NULL,
  ticks        INTEGER NOT NULL,
  share        INTEGER NOT NULL,
  zone         TEXT NOT NULL,
  tz_version   TEXT NOT NULL,
  starts_at    INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL,
  party        INTEGER NOT NULL,
  name         TEXT NOT NULL,
  email        TEXT NOT NULL,
  phone        TEXT NOT NULL,
  language     TEXT NOT NULL,
  citizen_zone TEXT NOT NULL,
  file_number  TEXT NOT NULL,
  note         TEXT NOT NULL,
  revision     INTEGER NOT NULL,
  sequence     INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  hold_id      TEXT NOT NULL,
  feed_id      TEXT NOT NULL,
  manage_hash  BLOB,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  CONSTRAINT appointments_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX appointments_reference ON appointments (reference);
CREATE UNIQUE INDEX appointments_manage_hash ON appointments (manage_hash);
CREATE UNIQUE INDEX appointments_hold ON appointments (hold_id) WHERE hold_id <> '';
CREATE INDEX appointments_feed ON appointments (feed_id) WHERE feed_id <> '';
CREATE INDEX appointments_date ON appointments (date, office_id);

CREATE TABLE claims (
  service_id     TEXT NOT NULL,
  person_key     TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  office_id      TEXT NOT NULL,
  until_at       INTEGER NOT NULL,
  CONSTRAINT claims_pkey PRIMARY KEY (service_id, person_key)
) STRICT;
CREATE INDEX claims_appointment ON claims (appointment_id);

CREATE TABLE notices (
  id             TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  office_id      TEXT NOT NULL,
  revision       INTEGER NOT NULL,
  sequence       INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  channel        TEXT NOT NULL,
  due_at         INTEGER NOT NULL,
  useful_until   INTEGER NOT NULL,
  state          TEXT NOT NULL,
  attempts       INTEGER NOT NULL,
  lease_until    INTEGER NOT NULL,
  settled_at     INTEGER NOT NULL,
  code           TEXT NOT NULL,
  CONSTRAINT notices_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX notices_once ON notices (appointment_id, revision, kind, channel);
CREATE INDEX notices_due ON notices (due_at) WHERE state IN ('due', 'sending');
CREATE INDEX notices_settled ON notices (state, due_at) WHERE state NOT IN ('due', 'sending');

CREATE TABLE receipts (
  notice_id   TEXT NOT NULL REFERENCES notices (id),
  office_id   TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  settled_at  INTEGER NOT NULL,
  state       TEXT NOT NULL,
  retry_at    INTEGER NOT NULL,
  code        TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  CONSTRAINT receipts_pkey PRIMARY KEY (notice_id, attempt)
) STRICT;

CREATE TABLE messages (
  notice_id TEXT NOT NULL REFERENCES notices (id),
  office_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject   TEXT NOT NULL,
  body      TEXT NOT NULL,
  raw       BLOB,
  CONSTRAINT messages_pkey PRIMARY KEY (notice_id)
) STRICT;

CREATE TABLE history (
  appointment_id TEXT NOT NULL,
  office_id      TEXT NOT NULL,
  revision       INTEGER NOT NULL,
  happened_at    INTEGER NOT NULL,
  actor          TEXT NOT NULL,
  what           TEXT NOT NULL,
  place_from     TEXT NOT NULL,
  place_to       TEXT NOT NULL,
  CONSTRAINT history_pkey PRIMARY KEY (appointment_id, revision, what)
) STRICT;

CREATE TABLE feeds (
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  token_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  CONSTRAINT feeds_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX feeds_token_hash ON feeds (token_hash);

CREATE TABLE users (
  id            TEXT NOT NULL,
  login         TEXT NOT NULL,
  role          TEXT NOT NULL,
  offices       TEXT NOT NULL, -- JSON list of ids
  password_hash TEXT NOT NULL,
  disabled      INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX users_login ON users (login);

CREATE TABLE sessions (
  token      TEXT NOT NULL,
  data       BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (token)
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE answers (
  key         TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  state       TEXT NOT NULL,
  sealed      BLOB,
  expires_at  INTEGER NOT NULL,
  CONSTRAINT answers_pkey PRIMARY KEY (key)
) STRICT;
CREATE INDEX answers_expiry ON answers (expires_at);

CREATE TABLE settings (
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT settings_pkey PRIMARY KEY (key)
) STRICT;
