-- Bounds of clients, and places on their way back. Its twin is
-- ../postgres/00120_guard.sql. Why each is as it is stands there.

-- +goose Up

ALTER TABLE holds ADD COLUMN client TEXT NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN client_slot INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX holds_client ON holds (client, client_slot) WHERE state = 'live' AND client <> '';
CREATE INDEX holds_of_client ON holds (client) WHERE state IN ('live', 'returning') AND client <> '';

DROP INDEX holds_live;
CREATE INDEX holds_occupying ON holds (expires_at) WHERE state IN ('live', 'returning');

CREATE TABLE proofs (
  id         TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  CONSTRAINT proofs_pkey PRIMARY KEY (id)
) STRICT;
CREATE INDEX proofs_expiry ON proofs (expires_at);
