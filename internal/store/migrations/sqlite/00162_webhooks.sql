-- Who wants to hear of what happens, and what is still to be told them.

-- +goose Up

CREATE TABLE webhook_endpoints (
  id           TEXT NOT NULL,
  url          TEXT NOT NULL,
  types        TEXT NOT NULL, -- '' for all, else ',appointment.booked,ticket.called,'
  generation   INTEGER NOT NULL,
  old_until    INTEGER NOT NULL, -- until when the secret before this one signs too
  created_at   INTEGER NOT NULL,
  paused_until INTEGER NOT NULL,
  disabled_at  INTEGER NOT NULL,
  disabled_why TEXT NOT NULL,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id)
) STRICT;

CREATE TABLE webhook_deliveries (
  id          TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  office_id   TEXT NOT NULL,
  type        TEXT NOT NULL,
  body        TEXT NOT NULL,
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  settled_at  INTEGER NOT NULL,
  code        TEXT NOT NULL,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE state IN ('due', 'sending');
CREATE INDEX webhook_deliveries_settled ON webhook_deliveries (settled_at) WHERE state NOT IN ('due', 'sending');
