-- Wishes for a place that becomes free, and the timed offers made of it. Its twin
-- is ../sqlite/00220_offers.sql; the two must hold the same tables, columns and
-- names of constraints.

-- +goose Up

-- A wish belongs to an appointment (appointment_id, and the sequence that it had:
-- the wish ends when that changes), or is of somebody who has none: then the
-- person stands here, under keys that make one open wish of a person for a service
-- unique. lost is 0 for who lost a place, and comes first; 1 for all others.
-- client is as in holds. result_id is the appointment that it ended with.
CREATE TABLE wishes (
  id             TEXT COLLATE "C" NOT NULL,
  state          TEXT COLLATE "C" NOT NULL,
  appointment_id TEXT COLLATE "C" NOT NULL,
  sequence       INTEGER NOT NULL,
  lost           INTEGER NOT NULL,
  office_id      TEXT COLLATE "C" NOT NULL,
  service_id     TEXT COLLATE "C" NOT NULL,
  party          INTEGER NOT NULL,
  from_date      TEXT COLLATE "C" NOT NULL,
  to_date        TEXT COLLATE "C" NOT NULL,
  name           TEXT NOT NULL,
  email          TEXT NOT NULL,
  phone          TEXT NOT NULL,
  language       TEXT NOT NULL,
  citizen_zone   TEXT NOT NULL,
  key_email      TEXT COLLATE "C" NOT NULL,
  key_phone      TEXT COLLATE "C" NOT NULL,
  token_hash     BYTEA NOT NULL,
  client         TEXT COLLATE "C" NOT NULL,
  client_slot    INTEGER NOT NULL,
  not_before     BIGINT NOT NULL,
  until_at       BIGINT NOT NULL,
  result_id      TEXT COLLATE "C" NOT NULL,
  revision       INTEGER NOT NULL,
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  CONSTRAINT wishes_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX wishes_token ON wishes (token_hash);
CREATE UNIQUE INDEX wishes_appointment ON wishes (appointment_id, sequence) WHERE appointment_id <> '';
CREATE UNIQUE INDEX wishes_email ON wishes (service_id, key_email) WHERE state = 'open' AND key_email <> '';
CREATE UNIQUE INDEX wishes_phone ON wishes (service_id, key_phone) WHERE state = 'open' AND key_phone <> '';
CREATE UNIQUE INDEX wishes_client ON wishes (client, client_slot) WHERE state = 'open' AND client <> '';
CREATE INDEX wishes_waiting ON wishes (office_id, service_id, lost, created_at) WHERE state = 'open';
CREATE INDEX wishes_until ON wishes (until_at);

-- The place of an open offer is kept by its hold. Nobody has two open offers, and
-- nobody is offered one place twice.
CREATE TABLE offers (
  id           TEXT COLLATE "C" NOT NULL,
  wish_id      TEXT COLLATE "C" NOT NULL,
  office_id    TEXT COLLATE "C" NOT NULL,
  hold_id      TEXT COLLATE "C" NOT NULL,
  pool_id      TEXT COLLATE "C" NOT NULL,
  date         TEXT COLLATE "C" NOT NULL,
  start_minute INTEGER NOT NULL,
  ticks        INTEGER NOT NULL,
  share        INTEGER NOT NULL,
  starts_at    BIGINT NOT NULL,
  state        TEXT COLLATE "C" NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL,
  CONSTRAINT offers_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX offers_open ON offers (wish_id) WHERE state = 'open';
CREATE UNIQUE INDEX offers_once ON offers (wish_id, pool_id, date, start_minute);
CREATE UNIQUE INDEX offers_hold ON offers (hold_id);
CREATE INDEX offers_ends ON offers (expires_at) WHERE state = 'open';
CREATE INDEX offers_pool ON offers (pool_id, created_at);
