-- Bounds of clients, and places on their way back. Its twin is
-- ../sqlite/00120_guard.sql; the two must hold the same tables, columns and names
-- of constraints.

-- +goose Up

-- client is a keyed hash of the network that holds, '' for nobody in particular.
-- A client's live holds are counted by slots: the index refuses the second of two
-- that take the same one, on any node, so nothing has to be counted or locked.
ALTER TABLE holds ADD COLUMN client TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN client_slot INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX holds_client ON holds (client, client_slot) WHERE state = 'live' AND client <> '';
CREATE INDEX holds_of_client ON holds (client) WHERE state IN ('live', 'returning') AND client <> '';

-- What occupies a place and waits for its end: live holds, and returning ones,
-- whose place was given back and comes back at a random time.
DROP INDEX holds_live;
CREATE INDEX holds_occupying ON holds (expires_at) WHERE state IN ('live', 'returning');

-- Proofs that were used. One row keeps a proof from being used again on another
-- node; it is forgotten when the proof has run out anyway.
CREATE TABLE proofs (
  id         TEXT COLLATE "C" NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT proofs_pkey PRIMARY KEY (id)
);
CREATE INDEX proofs_expiry ON proofs (expires_at);
