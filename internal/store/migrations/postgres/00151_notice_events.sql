-- What came back of a notice, addresses that do not work, reminders that are not
-- wanted. Its twin is ../sqlite/00151_notice_events.sql.
--
-- receipts say what came of handing over; events what came later: delivered,
-- bounced, resent. An address is kept as a hash: the mark is only ever looked up
-- for an address at hand. resent counts how often an operator sent a notice once
-- more, so that each has a Message-ID of its own.

-- +goose Up

ALTER TABLE notices ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notices_label ON notices (label) WHERE label <> '';
CREATE INDEX receipts_provider ON receipts (provider_id) WHERE provider_id <> '';

CREATE TABLE notice_events (
  notice_id   TEXT COLLATE "C" NOT NULL REFERENCES notices (id),
  office_id   TEXT COLLATE "C" NOT NULL,
  happened_at BIGINT  NOT NULL,
  what        TEXT COLLATE "C" NOT NULL,
  code        TEXT    NOT NULL,
  actor       TEXT COLLATE "C" NOT NULL,
  CONSTRAINT notice_events_pkey PRIMARY KEY (notice_id, happened_at, what)
);

CREATE TABLE bad_addresses (
  address_hash TEXT COLLATE "C" NOT NULL,
  code         TEXT   NOT NULL,
  noted_at     BIGINT NOT NULL,
  CONSTRAINT bad_addresses_pkey PRIMARY KEY (address_hash)
);

CREATE TABLE reminders_stopped (
  subject_id TEXT COLLATE "C" NOT NULL,
  stopped_at BIGINT NOT NULL,
  CONSTRAINT reminders_stopped_pkey PRIMARY KEY (subject_id)
);
