-- The first tables of Mawid on PostgreSQL. Its twin is ../sqlite/00001_start.sql;
-- the two must hold the same tables, columns and names of constraints.
--
-- Instants are unix microseconds (BIGINT), 0 for none. Dates are ISO text of the
-- office's own calendar. The database never converts zones. Key columns compare
-- byte by byte (COLLATE "C"), as they do on SQLite, so both sort alike.
--
-- There are no foreign keys on the way of a booking: one Change writes all its
-- rows in one statement, and the rows of one office must be able to live apart
-- from another's.

-- +goose Up

-- +goose StatementBegin
-- mawid_day_sound is the last word on places: taken never exceeds places, byte
-- by byte. Stretches in which nothing is taken are passed over, which halves its
-- cost on usual days. It uses built-in functions only, so a dump restores
-- anywhere.
CREATE FUNCTION mawid_day_sound(places bytea, taken bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  free CONSTANT bytea := '\x00000000000000000000000000000000';
  part bytea;
BEGIN
  IF length(places) <> length(taken) THEN
    RETURN false;
  END IF;
  FOR start IN 0 .. length(taken) - 1 BY 16 LOOP
    part := substr(taken, start + 1, 16);
    IF part <> free THEN
      FOR i IN start .. start + length(part) - 1 LOOP
        IF get_byte(taken, i) > get_byte(places, i) THEN
          RETURN false;
        END IF;
      END LOOP;
    END IF;
  END LOOP;
  RETURN true;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- mawid_refuse ends a statement in which a write met other rows than it must;
-- nothing of it is kept. The program chooses the SQLSTATE.
CREATE FUNCTION mawid_refuse(state text) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION 'a guard of the change missed' USING ERRCODE = state;
END
$$;
-- +goose StatementEnd

CREATE TABLE catalogue (
  version BIGINT NOT NULL,
  data    TEXT   NOT NULL,
  CONSTRAINT catalogue_pkey PRIMARY KEY (version)
);

CREATE TABLE catalogue_state (
  id      SMALLINT NOT NULL CHECK (id = 1),
  version BIGINT   NOT NULL,
  CONSTRAINT catalogue_state_pkey PRIMARY KEY (id)
);
INSERT INTO catalogue_state (id, version) VALUES (1, 0);

-- Nothing that changes with a booking is indexed, and pages keep room, so every
-- update of a day stays on its page (HOT).
CREATE TABLE days (
  pool_id      TEXT COLLATE "C" NOT NULL,
  office_id    TEXT COLLATE "C" NOT NULL,
  date         TEXT COLLATE "C" NOT NULL,
  first_minute INTEGER NOT NULL,
  places       BYTEA   NOT NULL,
  taken        BYTEA   NOT NULL,
  version      BIGINT  NOT NULL,
  CONSTRAINT days_pkey PRIMARY KEY (pool_id, date),
  CONSTRAINT days_sound CHECK (mawid_day_sound(places, taken))
) WITH (fillfactor = 70);

CREATE TABLE holds (
  id           TEXT COLLATE "C" NOT NULL,
  office_id    TEXT COLLATE "C" NOT NULL,
  service_id   TEXT COLLATE "C" NOT NULL,
  pool_id      TEXT COLLATE "C" NOT NULL,
  date         TEXT COLLATE "C" NOT NULL,
  start_minute INTEGER NOT NULL,
  ticks        INTEGER NOT NULL,
  share        INTEGER NOT NULL,
  zone         TEXT    NOT NULL,
  starts_at    BIGINT  NOT NULL,
  ends_at      BIGINT  NOT NULL,
  party        INTEGER NOT NULL,
  state        TEXT COLLATE "C" NOT NULL,
  expires_at   BIGINT  NOT NULL,
  created_at   BIGINT  NOT NULL,
  CONSTRAINT holds_pkey PRIMARY KEY (id)
);
CREATE INDEX holds_live ON holds (expires_at) WHERE state = 'live';

CREATE TABLE appointments (
  id           TEXT COLLATE "C" NOT NULL,
  reference    TEXT COLLATE "C" NOT NULL,
  status       TEXT COLLATE "C" NOT NULL,
  office_id    TEXT COLLATE "C" NOT NULL,
  service_id   TEXT COLLATE "C" NOT NULL,
  pool_id      TEXT COLLATE "C" NOT NULL,
  date         TEXT COLLATE "C" NOT NULL,
  start_minute INTEGER NOT NULL,
  ticks        INTEGER NOT NULL,
  share        INTEGER NOT NULL,
  zone         TEXT    NOT NULL,
  tz_version   TEXT    NOT NULL,
  starts_at    BIGINT  NOT NULL,
  ends_at      BIGINT  NOT NULL,
  party        INTEGER NOT NULL,
  name         TEXT    NOT NULL,
  email        TEXT    NOT NULL,
  phone        TEXT    NOT NULL,
  language     TEXT    NOT NULL,
  citizen_zone TEXT    NOT NULL,
  file_number  TEXT    NOT NULL,
  note         TEXT    NOT NULL,
  revision     BIGINT  NOT NULL,
  sequence     BIGINT  NOT NULL,
  confirmed_at BIGINT  NOT NULL,
  hold_id      TEXT COLLATE "C" NOT NULL,
  feed_id      TEXT COLLATE "C" NOT NULL,
  manage_hash  BYTEA,
  created_at   BIGINT  NOT NULL,
  updated_at   BIGINT  NOT NULL,
  CONSTRAINT appointments_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX appointments_reference ON appointments (reference);
CREATE UNIQUE INDEX appointments_manage_hash ON appointments (manage_hash);
CREATE UNIQUE INDEX appointments_hold ON appointments (hold_id) WHERE hold_id <> '';
CREATE INDEX appointments_feed ON appointments (feed_id) WHERE feed_id <> '';
CREATE INDEX appointments_date ON appointments (date, office_id);

CREATE TABLE claims (
  service_id     TEXT COLLATE "C" NOT NULL,
  person_key     TEXT COLLATE "C" NOT NULL,
  appointment_id TEXT COLLATE "C" NOT NULL,
  office_id      TEXT COLLATE "C" NOT NULL,
  until_at       BIGINT NOT NULL,
  CONSTRAINT claims_pkey PRIMARY KEY (service_id, person_key)
);
CREATE INDEX claims_appointment ON claims (appointment_id);

-- The outbox. A thing is said once per appointment, revision, kind and channel,
-- for ever: the unique key stays when the notice is settled.
CREATE TABLE notices (
  id             TEXT COLLATE "C" NOT NULL,
  appointment_id TEXT COLLATE "C" NOT NULL,
  office_id      TEXT COLLATE "C" NOT NULL,
  revision       BIGINT  NOT NULL,
  sequence       BIGINT  NOT NULL,
  kind           TEXT COLLATE "C" NOT NULL,
  channel        TEXT COLLATE "C" NOT NULL,
  due_at         BIGINT  NOT NULL,
  useful_until   BIGINT  NOT NULL,
  state          TEXT COLLATE "C" NOT NULL,
  attempts       INTEGER NOT NULL,
  lease_until    BIGINT  NOT NULL,
  settled_at     BIGINT  NOT NULL,
  code           TEXT    NOT NULL,
  CONSTRAINT notices_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX notices_once ON notices (appointment_id, revision, kind, channel);
CREATE INDEX notices_due ON notices (due_at) WHERE state IN ('due', 'sending');
CREATE INDEX notices_settled ON notices (state, due_at) WHERE state NOT IN ('due', 'sending');

CREATE TABLE receipts (
  notice_id   TEXT COLLATE "C" NOT NULL REFERENCES notices (id),
  office_id   TEXT COLLATE "C" NOT NULL,
  attempt     INTEGER NOT NULL,
  settled_at  BIGINT  NOT NULL,
  state       TEXT    NOT NULL,
  retry_at    BIGINT  NOT NULL,
  code        TEXT    NOT NULL,
  provider_id TEXT    NOT NULL,
  CONSTRAINT receipts_pkey PRIMARY KEY (notice_id, attempt)
);

-- Messages that had nowhere to go. They hold personal data.
CREATE TABLE messages (
  notice_id TEXT COLLATE "C" NOT NULL REFERENCES notices (id),
  office_id TEXT COLLATE "C" NOT NULL,
  recipient TEXT NOT NULL,
  subject   TEXT NOT NULL,
  body      TEXT NOT NULL,
  raw       BYTEA,
  CONSTRAINT messages_pkey PRIMARY KEY (notice_id)
);

CREATE TABLE history (
  appointment_id TEXT COLLATE "C" NOT NULL,
  office_id      TEXT COLLATE "C" NOT NULL,
  revision       BIGINT NOT NULL,
  happened_at    BIGINT NOT NULL,
  actor          TEXT   NOT NULL,
  what           TEXT COLLATE "C" NOT NULL,
  place_from     TEXT   NOT NULL,
  place_to       TEXT   NOT NULL,
  CONSTRAINT history_pkey PRIMARY KEY (appointment_id, revision, what)
);

CREATE TABLE feeds (
  id         TEXT COLLATE "C" NOT NULL,
  kind       TEXT   NOT NULL,
  token_hash BYTEA  NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT feeds_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX feeds_token_hash ON feeds (token_hash);

CREATE TABLE users (
  id            TEXT COLLATE "C" NOT NULL,
  login         TEXT COLLATE "C" NOT NULL,
  role          TEXT     NOT NULL,
  offices       TEXT     NOT NULL, -- JSON list of ids
  password_hash TEXT     NOT NULL,
  disabled      SMALLINT NOT NULL,
  created_at    BIGINT   NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users_login ON users (login);

CREATE TABLE sessions (
  token      TEXT COLLATE "C" NOT NULL,
  data       BYTEA  NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (token)
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Answers to requests with an Idempotency-Key.
CREATE TABLE answers (
  key         TEXT COLLATE "C" NOT NULL,
  fingerprint BYTEA  NOT NULL,
  state       TEXT   NOT NULL,
  sealed      BYTEA,
  expires_at  BIGINT NOT NULL,
  CONSTRAINT answers_pkey PRIMARY KEY (key)
);
CREATE INDEX answers_expiry ON answers (expires_at);

CREATE TABLE settings (
  key   TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT settings_pkey PRIMARY KEY (key)
);
