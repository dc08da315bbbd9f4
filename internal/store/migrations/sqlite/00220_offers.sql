-- Wishes for a place that becomes free, and the timed offers made of it. Its twin
-- is ../postgres/00220_offers.sql. Why each is as it is stands there.

-- +goose Up

CREATE TABLE wishes (
  id             TEXT NOT NULL,
  state          TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  sequence       INTEGER NOT NULL,
  lost           INTEGER NOT NULL,
  office_id      TEXT NOT NULL,
  service_id     TEXT NOT NULL,
  party          INTEGER NOT NULL,
  from_date      TEXT NOT NULL,
  to_date        TEXT NOT NULL,
  name           TEXT NOT NULL,
  email          TEXT NOT NULL,
  phone          TEXT NOT NULL,
  language       TEXT NOT NULL,
  citizen_zone   TEXT NOT NULL,
  key_email      TEXT NOT NULL,
  key_phone      TEXT NOT NULL,
  token_hash     BLOB NOT NULL,
  client         TEXT NOT NULL,
  client_slot    INTEGER NOT NULL,
  not_before     INTEGER NOT NULL,
  until_at       INTEGER NOT NULL,
  result_id      TEXT NOT NULL,
  revision       INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  CONSTRAINT wishes_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX wishes_token ON wishes (token_hash);
CREATE UNIQUE INDEX wishes_appointment ON wishes (appointment_id, sequence) WHERE appointment_id <> '';
CREATE UNIQUE INDEX wishes_email ON wishes (service_id, key_email) WHERE state = 'open' AND key_email <> '';
CREATE UNIQUE INDEX wishes_phone ON wishes (service_id, key_phone) WHERE state = 'open' AND key_phone <> '';
CREATE UNIQUE INDEX wishes_client ON wishes (client, client_slot) WHERE state = 'open' AND client <> '';
CREATE INDEX wishes_waiting ON wishes (office_id, service_id, lost, created_at) WHERE state = 'open';
CREATE INDEX wishes_until ON wishes (until_at);

CREATE TABLE offers (
  id           TEXT NOT NULL,
  wish_id      TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  hold_id      TEXT NOT NULL,
  pool_id      TEXT NOT NULL,
  date         TEXT NOT NULL,
  start_minute INTEGER NOT NULL,
  ticks        INTEGER NOT NULL,
  share        INTEGER NOT NULL,
  starts_at    INTEGER NOT NULL,
  state        TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  ended_at     INTEGER NOT NULL,
  CONSTRAINT offers_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX offers_open ON offers (wish_id) WHERE state = 'open';
CREATE UNIQUE INDEX offers_once ON offers (wish_id, pool_id, date, start_minute);
CREATE UNIQUE INDEX offers_hold ON offers (hold_id);
CREATE INDEX offers_ends ON offers (expires_at) WHERE state = 'open';
CREATE INDEX offers_pool ON offers (pool_id, created_at);
