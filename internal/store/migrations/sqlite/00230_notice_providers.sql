-- Which providers do not answer, claims that were no attempt, and a receipt for
-- each notice that a change withdrew. Its twin is ../postgres/00230_notice_providers.sql.

-- +goose Up

ALTER TABLE notices ADD COLUMN untried INTEGER NOT NULL DEFAULT 0; -- claims that were no attempt

CREATE TABLE providers (
  name       TEXT NOT NULL,
  channel    TEXT NOT NULL,
  code       TEXT NOT NULL,
  down_since INTEGER NOT NULL,
  tried_at   INTEGER NOT NULL,
  next_try   INTEGER NOT NULL,
  CONSTRAINT providers_pkey PRIMARY KEY (name)
) STRICT;

UPDATE notices SET attempts = attempts + 1, untried = untried + 1 WHERE state = 'revoked' AND code = 'superseded';
INSERT INTO receipts (notice_id, office_id, attempt, settled_at, state, retry_at, code, provider_id)
  SELECT id, office_id, attempts, settled_at, state, 0, code, '' FROM notices WHERE state = 'revoked' AND code = 'superseded';
